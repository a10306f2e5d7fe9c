import type { Envelope } from './envelope.ts';
import { globMatcher } from './glob.ts';
import type { ParsedMail } from './parsed-mail.ts';
import { mailboxNames, normalizeDomain, recipientPattern } from './recipient-pattern.ts';

/** Route of infected mails, in the place of all others. No rule leads there: a verdict does. */
export const QUARANTINE_ROUTE = 'quarantine';

/** Route of canary mails (`canary.ts`), which are on no other queue. */
export const CANARY_ROUTE = 'canary';

/** Queue, or its URL, of a route. The names of all queues of routes start with that of the parsed-mail queue. */
export const routeQueue = (parsedMailQueue: string, route: string): string => `${parsedMailQueue}-${route}`;

/** A rule of the configuration: mails that fit every condition it has go to the queue of this name. */
export interface RouteRule {
  name: string;
  /** Null asks about no recipient. A recipient to which the edge gave this route fits whatever stands here. */
  recipients: readonly string[] | null;
  kinds: readonly string[] | null;
  /** Each has to be there: a header field of that name whose value fits the pattern, both without regard to case. */
  headers: readonly { name: string; match: string }[] | null;
  /** Bytes of the mail as it was sent. */
  maxMailBytes: number | null;
  /** Whether its recipients are asked about by no rule behind it. Default false. */
  sole?: boolean | undefined;
}

type Recipient = Envelope['rcptTo'][number];
type Routed = Pick<ParsedMail, 'route' | 'routes'>;
type RoutableMail = Pick<ParsedMail, 'kind' | 'headers' | 'to' | 'cc' | 'bcc'> & {
  raw: Pick<ParsedMail['raw'], 'size' | 'traceBytes'>;
};

/** Says to which queues a mail goes. It depends on nothing but rules, mail and envelope: a repeated parse agrees. */
export type Router = (mail: RoutableMail, envelope: Pick<Envelope, 'rcptTo'> | null) => Routed;

/**
 * Every rule that fits gives the mail a route of its own. The queue without a name gets what no route takes: mails that
 * fit none, and mails of which a recipient is in none. Recipients are those of the envelope; a mail without one is
 * asked about by its header fields, which name strangers too, so that one route is enough for such a mail.
 */
export function mailRouter(rules: readonly RouteRule[], tagSeparator: string | null): Router {
  const compiled = rules.map((rule) => compile(rule, tagSeparator));
  return (mail, envelope) => {
    const recipients = envelope?.rcptTo ?? headerRecipients(mail);
    const routes: ParsedMail['routes'] = [];
    let open: readonly Recipient[] = recipients;
    for (const { name, sole, fits, takes } of compiled) {
      const own = fits(mail) ? takes(open) : null;
      if (own === null) continue;
      routes.push({ name, recipients: own.map(({ address }) => address) });
      if (!sole) continue;
      open = open.filter((recipient) => !own.includes(recipient));
      if (open.length === 0) break;
    }
    const taken = new Set(routes.flatMap((route) => route.recipients));
    const left = recipients.map(({ address }) => address).filter((address) => !taken.has(address));
    if (routes.length === 0 || (envelope !== null && left.length > 0)) routes.push({ name: null, recipients: left });
    return { route: routes[0]?.name ?? null, routes };
  };
}

function headerRecipients({ to, cc, bcc }: RoutableMail): Recipient[] {
  return [...to, ...cc, ...bcc].map(({ address }) => ({ address, route: null }));
}

function compile(rule: RouteRule, tagSeparator: string | null) {
  const { name, recipients, kinds, maxMailBytes, sole = false } = rule;
  const patterns = recipients?.map(recipientPattern);
  const headers = (rule.headers ?? []).map((header) => ({
    name: header.name.toLowerCase(),
    matches: globMatcher(header.match.toLowerCase()),
  }));
  const isTaken = ({ address, route }: Recipient): boolean => {
    if (route === name) return true;
    const split = address.lastIndexOf('@');
    const domain = split === -1 ? '' : (normalizeDomain(address.slice(split + 1)) ?? '');
    const names = mailboxNames(split === -1 ? address : address.slice(0, split), tagSeparator);
    return patterns?.some((matches) => names.some((local) => matches(local, domain))) ?? false;
  };
  return {
    name,
    sole,
    fits: (mail: RoutableMail): boolean =>
      (kinds === null || kinds.includes(mail.kind)) &&
      (maxMailBytes === null || mail.raw.size - mail.raw.traceBytes <= maxMailBytes) &&
      headers.every(({ name: wanted, matches }) =>
        mail.headers.some((field) => field.name.toLowerCase() === wanted && matches(field.value.toLowerCase())),
      ),
    /** Null when the rule asks about recipients and none of these is its own. */
    takes(all: readonly Recipient[]): readonly Recipient[] | null {
      if (patterns === undefined) return all;
      const own = all.filter(isTaken);
      return own.length === 0 ? null : own;
    },
  };
}
