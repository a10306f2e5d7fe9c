import { z } from 'zod';
import { flag, whole } from '../mail/field.ts';
import { secretArn } from './secret-arn.ts';

/** Memory sizes in MB. */
interface MemorySizes {
  offered: readonly number[];
  /** The same in words. */
  text: string;
}

/** What Fargate offers for each CPU size (AWS: task size). */
const FARGATE_SIZES: Readonly<Record<number, MemorySizes>> = {
  256: { offered: [512, 1_024, 2_048], text: '512, 1024 or 2048 MB' },
  512: inSteps(1_024, 4_096),
  1024: inSteps(2_048, 8_192),
  2048: inSteps(4_096, 16_384),
  4096: inSteps(8_192, 30_720),
};

function inSteps(min: number, max: number): MemorySizes {
  const step = 1_024;
  const offered = Array.from({ length: (max - min) / step + 1 }, (_, index) => min + index * step);
  return { offered, text: `${min} to ${max} MB in steps of ${step}` };
}

const hostname = z
  .string()
  .regex(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/,
    'write a host name such as mx.example.com',
  );

/** `fargate` of the configuration: the SMTP service in AWS. */
export const fargateSchema = z
  .strictObject({
    hostname: hostname
      .nullable()
      .default(null)
      .describe(
        'Host name for the MX records and the certificate; point it at the load balancer. Default: the name of the load balancer itself.',
      ),
    imageUri: z
      .string()
      .regex(
        /^[a-z0-9][a-z0-9._-]*(:\d+)?(\/[a-z0-9._-]+)+(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
        'write registry/repository with a tag or a digest, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/edge:1',
      )
      .nullable()
      .default(null)
      .describe(
        'Existing image of the edge in a registry. Default: built from edge-mta/Dockerfile, which needs Docker.',
      ),
    architecture: z
      .enum(['arm64', 'x86_64'])
      .default('arm64')
      .describe('Processor of the tasks and of the image. Default "arm64", about 20 % cheaper.'),
    cpu: z
      .literal([256, 512, 1024, 2048, 4096])
      .default(256)
      .describe('CPU units of one task, 1024 per vCPU: 256, 512, 1024, 2048 or 4096. Default 256.'),
    memoryMb: z
      .int()
      .default(1024)
      .describe(
        'Memory of one task, MB: 512, 1024 or 2048 with 256 CPU units. It must cover what smtp.limits admits (docs/limits.md). Default 1024.',
      ),
    minTasks: whole(
      { min: 1, max: 100, default: 2 },
      'Minimum number of tasks. They carry a burst until scaling reacts, about four minutes later; 2 keeps one in each zone.',
    ),
    maxTasks: whole(
      { min: 1, max: 100, default: 20 },
      'Maximum number of tasks; docs/scale.md says how many mails a second that is.',
    ),
    targetCpuPercent: whole(
      { min: 20, max: 90, default: 60 },
      'Average CPU utilisation that scaling aims for, per cent.',
    ),
    targetSessions: whole(
      { min: 10, max: 10_000, default: 1_000 },
      'Open SMTP sessions per task that scaling aims for.',
    ),
    ipv6: flag(
      false,
      'Adds a second load balancer for IPv6 clients: a load balancer passes on the real client address of one family only. Needs fargate.hostname; costs about $23 a month.',
    ),
    elasticIps: flag(
      false,
      'Gives the load balancer fixed addresses, one in each zone, instead of those that AWS chooses; they cost the same.',
    ),
  })
  .superRefine(({ cpu, memoryMb, minTasks, maxTasks, ipv6, hostname }, context) => {
    const sizes = FARGATE_SIZES[cpu];
    if (sizes !== undefined && !sizes.offered.includes(memoryMb)) {
      const message = `with fargate.cpu ${cpu}, Fargate offers ${sizes.text}: write one of these`;
      context.addIssue({ code: 'custom', path: ['memoryMb'], message });
    }
    if (maxTasks < minTasks) {
      const message = `it has to be fargate.minTasks (${minTasks}) or more`;
      context.addIssue({ code: 'custom', path: ['maxTasks'], message });
    }
    if (ipv6 && hostname === null) {
      const message = 'each address family has its own load balancer: set fargate.hostname, which both share';
      context.addIssue({ code: 'custom', path: ['ipv6'], message });
    }
  })
  .prefault({})
  .describe('The Fargate service that runs the edge. Used with ingress "fargate" and "both".');

/** `tls` of the configuration. */
export const tlsSchema = z
  .strictObject({
    secretArn: secretArn.describe(
      'Secret in Secrets Manager with certificates and their keys as PEM, for a deployment; docs/certificates.md has the format. Default: a self-signed certificate, which is enough for opportunistic TLS.',
    ),
    secretFile: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe('File with the same content, for local mode. Default: a self-signed certificate.'),
    acm: flag(
      false,
      'Has ACM issue and renew a certificate for fargate.hostname, which a function exports for the edge: $15 each time, about twice a year.',
    ),
  })
  .prefault({})
  .describe('Certificates for STARTTLS.');

/** `ses` of the configuration: receiving through Amazon SES. */
export const sesSchema = z
  .strictObject({
    ruleSet: z
      .string()
      .regex(/^[A-Za-z0-9]([\w.-]{0,62}[A-Za-z0-9])?$/, 'write the name of a receipt rule set')
      .nullable()
      .default(null)
      .describe(
        'Receipt rule set to add the rule to; SES has one active set per account and region. Default: a new set, which you activate.',
      ),
    createIdentities: flag(true, 'Creates an SES identity for each domain. false when the account has them already.'),
    requireTls: flag(false, 'Refuses mail sent without TLS.'),
  })
  .prefault({})
  .describe('Receiving through Amazon SES. Used with ingress "ses" and "both".');
