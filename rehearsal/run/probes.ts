import type { DeployedFunction } from '../deployment/programs.ts';
import { type Access, evaluate, type Policies, type Principal } from '../iam/evaluate.ts';
import { readPolicy, type Statement } from '../iam/statement.ts';
import type { Deployed } from './deploy.ts';
import type { Topology } from './topology.ts';

/** A request that must be denied. */
export interface Probe {
  what: string;
  access: Access;
  /** True if it must be denied even to a role that may do everything, not only for lack of an Allow. */
  toEverybody: boolean;
}

export interface Probed extends Probe {
  refused: boolean;
  by: Statement | null;
}

const PLAIN_HTTP = { 'aws:SecureTransport': 'false', 's3:TlsVersion': '1.3' };
const OLD_TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.1' };
const TLS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };
const CREATES = { ...TLS, 's3:ObjectCreationOperation': 'true' };
const MAIL = 'raw/2026/11/29/10/01KB7Z0000000000000000000.eml';

/** Makes every request that must be denied. */
export function probe(deployed: Deployed, topology: Topology): Probed[] {
  const { policies } = deployed.guard;
  const everything = withEverything(policies);
  return [...toEverybody(deployed, topology), ...toPrograms(deployed, topology)].map((each) => {
    const { allowed, by } = evaluate(each.toEverybody ? everything : policies, each.access);
    return { ...each, refused: !allowed, by };
  });
}

/** Statements without which a forbidden request would be allowed. */
export function refusing(deployed: Deployed, probed: readonly Probed[]): ReadonlySet<Statement> {
  const everything = withEverything(deployed.guard.policies);
  return new Set(
    probed.flatMap(({ access, by, toEverybody }) =>
      by !== null && toEverybody && evaluate(everything, access, by).allowed ? [by] : [],
    ),
  );
}

/** The same policies with every role allowed everything; whatever is still denied, a resource policy denies. */
function withEverything({ identity, resource }: Policies): Policies {
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const everything = readPolicy('everything', document);
  return { resource, identity: new Map([...identity].map(([arn, own]) => [arn, [...own, ...everything]])) };
}

function toEverybody(deployed: Deployed, { parser, rawBucket, contentBucket }: Topology): Probe[] {
  const { buckets, queues, resources } = deployed;
  const principal = roleOf(parser.roleArn);
  const ask = (what: string, action: string, resource: string, context: Record<string, string>): Probe => ({
    what,
    access: { principal, action, resource, context },
    toEverybody: true,
  });
  const topics = resources.of('AWS::SNS::TopicPolicy').flatMap(({ properties }) => properties.Topics);
  const attachment = `${contentBucket.arn}/attachments/x`;
  const gated = /readwhatisclean|existingobjecttag/i.test(
    JSON.stringify(deployed.guard.policies.resource.get(contentBucket.arn)),
  );
  const keeper = { action: 's3:DeleteObjectVersion', resource: `${contentBucket.arn}/parsed/x` };
  return [
    ...buckets.flatMap(({ name, arn }) => [
      ask(`${name} over plain HTTP`, 's3:GetObject', `${arn}/x`, PLAIN_HTTP),
      ask(`${name} over TLS 1.1`, 's3:GetObject', `${arn}/x`, OLD_TLS),
    ]),
    ...queues.map(({ name, arn }) => ask(`${name} over plain HTTP`, 'sqs:SendMessage', arn, PLAIN_HTTP)),
    ...topics.map((arn) => ask(`${arn} over plain HTTP`, 'sns:Publish', arn, PLAIN_HTTP)),
    ...workQueues(deployed).map(({ name, arn }) => ask(`to purge ${name}`, 'sqs:PurgeQueue', arn, TLS)),
    ask('to write over a stored mail', 's3:PutObject', `${rawBucket.arn}/${MAIL}`, CREATES),
    ask('a program that deletes versions of documents', keeper.action, keeper.resource, TLS),
    ...(gated
      ? [
          ask('to tag an attachment as clean', 's3:PutObjectTagging', attachment, TLS),
          ask('to read an attachment that was not scanned', 's3:GetObject', attachment, TLS),
        ]
      : []),
  ];
}

/** Queues that trigger the programs, and their dead-letter queues. */
function workQueues({ queues, functions }: Deployed): Deployed['queues'] {
  const mapped = new Set(functions.flatMap(({ deployed }) => deployed.mappings.map(({ queueArn }) => queueArn)));
  const published = new Set(functions.flatMap(({ deployed }) => deployed.environment['DESTINATION_QUEUE'] ?? []));
  return queues.filter(({ arn, url }) => mapped.has(arn) && ![...published].some((each) => url.startsWith(each)));
}

/** Requests that a program must not make, even if others may. */
function toPrograms({ edge, functions }: Deployed, topology: Topology): Probe[] {
  const { rawBucket, contentBucket, parser, enricher, published } = topology;
  const mail = `${rawBucket.arn}/${MAIL}`;
  const content = (prefix: string) => `${contentBucket.arn}/${prefix}/x`;
  const probes: Probe[] = [];
  const deny = (program: string, roleArn: string, action: string, resource: string) => {
    const access = { principal: roleOf(roleArn), action, resource, context: CREATES };
    probes.push({ what: `${program}: ${action} on ${resource}`, access, toEverybody: false });
  };
  if (edge !== null) {
    const { taskRoleArn } = edge.deployed;
    for (const resource of [mail, content('parsed'), content('attachments')]) {
      deny('the edge', taskRoleArn, 's3:GetObject', resource);
    }
    for (const resource of [content('parsed'), `${rawBucket.arn}/ses/x`]) {
      deny('the edge', taskRoleArn, 's3:PutObject', resource);
    }
    deny('the edge', taskRoleArn, 's3:DeleteObject', mail);
    deny('the edge', taskRoleArn, 's3:ListBucket', rawBucket.arn);
  }
  for (const { deployed } of functions) {
    const { name, roleArn } = deployed;
    deny(name, roleArn, 's3:PutObject', mail);
    for (const resource of [mail, content('parsed'), content('attachments'), content('claim')]) {
      deny(name, roleArn, 's3:DeleteObject', resource);
    }
    const isWebhook = 'WEBHOOKS' in deployed.environment;
    // The queue of canary mails, which no one else reads.
    const own = deployed.environment['QUEUE']?.split('/').at(-1);
    for (const { arn } of isWebhook ? [] : published) {
      if (arn.split(':').at(-1) !== own) deny(name, roleArn, 'sqs:ReceiveMessage', arn);
    }
    deny(
      name,
      roleArn,
      'secretsmanager:GetSecretValue',
      'arn:aws:secretsmanager:us-east-1:123456789012:secret:another',
    );
  }
  deny('the enricher', enricher.roleArn, 's3:GetObject', mail);
  deny('the parser', parser.roleArn, 's3:GetObject', content('cache'));
  for (const { roleArn, name } of scheduled(functions)) {
    for (const resource of [mail, content('attachments')]) deny(name, roleArn, 's3:GetObject', resource);
    deny(name, roleArn, 's3:PutObject', content('parsed'));
  }
  return probes;
}

const scheduled = (functions: Deployed['functions']): DeployedFunction[] =>
  functions.map(({ deployed }) => deployed).filter(({ scheduleArns }) => scheduleArns.length > 0);

const roleOf = (arn: string): Principal => ({ kind: 'role', arn, account: arn.split(':')[4] ?? '' });
