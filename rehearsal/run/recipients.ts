import * as z from 'zod';

const rules = z.array(z.object({ match: z.string() }));
const domains = z.array(z.string());
const routing = z.object({ routes: z.array(z.object({ recipients: z.array(z.string()).nullable() })) });

type Variables = Readonly<Record<string, string>>;

/**
 * One address per recipient rule of the edge and of the routes, so that a mail to all of them reaches every
 * destination.
 *
 * @param edge environment of the edge
 * @param parser environment of a function that publishes
 */
export function recipientsOf(edge: Variables, parser: Variables): string[] {
  const [domain = 'example.com'] = domains.parse(JSON.parse(edge['DOMAINS'] ?? '[]'));
  const accepted = rules.parse(JSON.parse(edge['RECIPIENTS'] ?? '[]')).map(({ match }) => match);
  const { routes } = routing.parse(JSON.parse(parser['ROUTING'] ?? '{"routes":[]}'));
  const patterns = [
    ...(accepted.length === 0 ? ['*'] : accepted),
    ...routes.flatMap(({ recipients }) => recipients ?? []),
  ];
  const addresses = patterns.map((pattern) => {
    const address = pattern.replaceAll('*', 'rehearsal');
    return address.includes('@') ? address : `${address}@${domain}`;
  });
  return [...new Set(addresses)];
}
