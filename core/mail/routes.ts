import type { Envelope } from './envelope.ts';
import { globMatcher } from './glob.ts';
import type { ParsedMail } from './parsed-mail.ts';
import { mailboxNames, normalizeDomain, recipientPattern } from './recipient-pattern.ts';

/** Route of infected mails, replacing all others. No rule matches it: a malware verdict sends mails there. */
export const QUARANTINE_ROUTE = 'quarantine';

/** Route of canary mails (`canary.ts`), which go to no other queue. */
export const CANARY_ROUTE = 'canary';

/** Queue, or its URL, of a route. The names of all route queues start with that of the parsed-mail queue. */
export const routeQueue = (parsedMailQueue: string, route: string): string => `${parsedMailQueue}-${route}`;

/** A rule of the configuration: mails that meet all of its conditions go to the queue of this name. */
export interface RouteRule {
  name: string;
  /** Null matches any mail. A recipient to which the edge assigned this route always matches. */
  recipients: readonly string[] | null;
  kinds: readonly string[] | null;
  /** All must match: a header field of that name whose value matches the pattern, both case-insensitive. */
  headers: readonly { name: string; match: string }[] | null;
  /** Maximum size, bytes of the mail as it was sent. */
  maxMailBytes: number | null;
  /** Whether later rules ignore the recipients that match this one. Default false. */
  sole?: boolean | undefined;
}

type Recipient = Envelope['rcptTo'][number];
type Routed = Pick<ParsedMail, 'route' | 'routes'>;
type RoutableMail = Pick<ParsedMail, 'kind' | 'headers' | 'to' | 'cc' | 'bcc'> & {
  raw: Pick<ParsedMail['raw'], 'size' | 'traceBytes'>;
};

/** Decides the queues of a mail, from rules, mail and envelope alone: a repeated parse gives the same result. */
export type Router = (mail: RoutableMail, envelope: Pick<Envelope, 'rcptTo'> | null) => Routed;

/**
 * Every matching rule adds a route. The parsed-mail queue gets the rest: mails that match no rule, and mails with a
 * recipient that matches none. Recipients are those of the envelope. A mail without one is matched by its header
 * fields, which name strangers too, so one route is enough for such a mail.
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
    /** Null when the rule has recipient patterns and none of these recipients matches. */
    takes(all: readonly Recipient[]): readonly Recipient[] | null {
      if (patterns === undefined) return all;
      const own = all.filter(isTaken);
      return own.length === 0 ? null : own;
    },
  };
}
