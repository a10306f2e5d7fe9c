import { z } from 'zod';

/** `hostedZones` of the configuration. */
export const hostedZonesSchema = z
  .record(
    z.string(),
    z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'write the id of a public hosted zone such as Z0123456789ABCDEFGHIJ'),
  )
  .default({})
  .describe(
    'Route 53 hosted zones of this account, each zone name with its id, such as { "example.com": "Z0123456789ABCDEFGHIJ" }. Certificates are then validated there automatically. Default none.',
  );

/** Whether a zone holds a name: it is the zone itself, or below it. */
export const isInZone = (name: string, zone: string): boolean =>
  `.${name.toLowerCase()}`.endsWith(`.${zone.toLowerCase()}`);

/** The id of the zone that holds the records of a name, the most specific one; null when none is configured. */
export function hostedZoneOf(zones: Readonly<Record<string, string>>, name: string): string | null {
  const [found] = Object.entries(zones)
    .filter(([zone]) => isInZone(name, zone))
    .sort(([a], [b]) => b.length - a.length);
  return found?.[1] ?? null;
}
