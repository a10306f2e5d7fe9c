import { z } from 'zod';
import { flag } from '../mail/field.ts';
import { zonesSchema as zones } from './zones.ts';

/** Three availability zones times two subnets have to fit: AWS allows /16 to /28, a subnet no smaller than /28. */
const cidr = z
  .string()
  .refine(isVpcBlock, 'write a private IPv4 block from /16 to /24 whose host bits are zero, such as 10.40.0.0/16')
  .default('10.40.0.0/16')
  .describe('Address block of the new VPC, IPv4 from /16 to /24. Default "10.40.0.0/16".');

const subnetIds = z
  .array(z.string().regex(/^subnet-[0-9a-f]{8,17}$/, 'write subnet ids such as subnet-0a1b2c3d4e5f60718'))
  .min(2, 'name subnets in two availability zones at least')
  .refine((ids) => new Set(ids).size === ids.length, 'name each subnet once');

/** `network` of the configuration: where the Fargate tasks run. */
export const networkSchema = z
  .discriminatedUnion('mode', [
    z
      .strictObject({ mode: z.literal('public'), cidr, zones })
      .describe(
        'A new VPC with public subnets. Tasks have public addresses so that they reach AWS without a NAT gateway; security groups admit only the load balancer. About $7 a month for two tasks.',
      ),
    z
      .strictObject({ mode: z.literal('isolated'), cidr, zones })
      .describe(
        'A new VPC whose tasks have no internet access; they reach AWS through interface endpoints. About $44 a month, $58 with a certificate in `tls`. DNS lookups work; smtp.recipientHook and smtp.dataHook need a private address or name.',
      ),
    z
      .strictObject({
        mode: z.literal('existing'),
        vpcId: z
          .string()
          .regex(/^vpc-[0-9a-f]{8,17}$/, 'write a VPC id such as vpc-0a1b2c3d4e5f60718')
          .describe('The VPC.'),
        balancerSubnetIds: subnetIds.describe(
          'Public subnets for the load balancer, one in each availability zone. With fargate.ipv6 they need IPv6 blocks, and so do taskSubnetIds.',
        ),
        taskSubnetIds: subnetIds.describe('Subnets for the tasks. They need a route to S3, ECR and CloudWatch Logs.'),
        publicAddresses: flag(false, 'Whether tasks get public addresses: true in public subnets, false behind NAT.'),
      })
      .describe('An existing VPC; nothing in it is changed.'),
  ])
  .prefault({ mode: 'public' })
  .describe('Where the Fargate tasks run. Default { mode: "public" }.');

function isVpcBlock(text: string): boolean {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return false;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || bits < 16 || bits > 24) return false;
  const isPrivate =
    a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168) || (a === 100 && b >= 64 && b <= 127);
  const address = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  return isPrivate && address % 2 ** (32 - bits) === 0;
}
