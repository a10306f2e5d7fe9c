import { z } from 'zod';
import type { Finding } from '../settings/explain.ts';

/** A zone where load balancers run: not a Local or Wavelength Zone, whose names have another part (`us-east-1-bos-1a`). */
const NAME = /^[a-z]{2}(-[a-z]+)+-\d[a-z]$/;
const ID = /^[a-z]{2,8}\d-az\d{1,2}$/;

/** `network.zones` of the configuration. */
export const zonesSchema = z
  .array(z.string().regex(new RegExp(`${NAME.source}|${ID.source}`), 'write a zone such as us-east-1a, or use1-az1'))
  .min(2, 'name at least two zones, so that the edge survives the loss of one')
  .max(3, 'name three zones at most')
  .refine((zones) => new Set(zones).size === zones.length, 'name each zone once')
  .refine((zones) => new Set(zones.map(isZoneId)).size === 1, 'write either names or ids, not both')
  .nullable()
  .default(null)
  .describe(
    'Two or three availability zones: names such as "us-east-1a", which differ from account to account, or ids such as "use1-az1", which do not. Fixed for the life of a deployment. Default: the first two that CloudFormation lists for the account.',
  );

export const isZoneId = (zone: string): boolean => ID.test(zone);

/** Zones with Fargate where not every zone of the region has it (ECS Developer Guide, "Supported Regions for Fargate"). */
const FARGATE_ZONES: Readonly<Record<string, readonly string[]>> = {
  'ap-northeast-1': ['apne1-az1', 'apne1-az2', 'apne1-az4'],
  'cn-north-1': ['cnn1-az1', 'cnn1-az2'],
  'us-west-1': ['usw1-az1', 'usw1-az3'],
};

/** Reports zones that are in another region, or known to lack Fargate. */
export function* zoneFindings(zones: readonly string[], region: string | null): Generator<Finding> {
  if (region === null) return;
  const path = ['network', 'zones'];
  const prefix = isZoneId(zones[0] ?? '') ? `${zoneIdPrefix(region)}-az` : region;
  const elsewhere = zones.filter((zone) => !zone.startsWith(prefix));
  if (elsewhere.length > 0) {
    yield { path, message: `${elsewhere.join(' and ')} are not in the region of the deployment, ${region}` };
    return;
  }
  const offered = FARGATE_ZONES[region];
  if (offered === undefined || prefix === region) return;
  const without = zones.filter((zone) => !offered.includes(zone));
  if (without.length > 0) {
    yield { path, message: `Fargate is not available in ${without.join(' and ')}: choose from ${offered.join(', ')}` };
  }
}

/** `us-gov-east-1` is `usge1`, `ap-northeast-2` is `apne2`. */
function zoneIdPrefix(region: string): string {
  const [country = '', ...words] = region.split('-');
  const number = words.pop() ?? '';
  const initials = words.map((word) =>
    word.replace(/^(north|south)(east|west)$/, '$1 $2').replaceAll(/(\w)\w* ?/g, '$1'),
  );
  return `${country}${initials.join('')}${number}`;
}
