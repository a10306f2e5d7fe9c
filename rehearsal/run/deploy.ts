import { join } from 'node:path';
import { jsonLog } from '../../core/log/log.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { Closers } from '../../local/closers.ts';
import type { EdgeProcess } from '../../local/edge-process.ts';
import { LogFile } from '../../local/log-file.ts';
import type { LambdaFunction } from '../../local/runtime/lambda-function.ts';
import { Reaper } from '../../local/runtime/reaper.ts';
import { firstDenied } from '../aws/authorise.ts';
import { type Caller, Credentials } from '../aws/caller.ts';
import { Endpoint } from '../aws/endpoint.ts';
import { RequestCounts } from '../aws/request-counts.ts';
import { type BusEntry, comprehend, eventBridge, Services, secretsManager } from '../aws/services.ts';
import { FoundResources } from '../deployment/found.ts';
import { policiesOf } from '../deployment/policies.ts';
import { type DeployedEdge, type DeployedFunction, edgesOf, functionsOf } from '../deployment/programs.ts';
import { type Bucket, bucketsOf, type Queue, queueFaults, queuesOf } from '../deployment/stores.ts';
import { Guard } from '../guard.ts';
import { flowLogUses, malwarePlanUses, serviceUses } from '../services/by-itself.ts';
import { certificateManager } from '../services/certificate-manager.ts';
import { CreatedObjects } from '../services/created-objects.ts';
import { firstSecrets } from '../services/first-secrets.ts';
import { Messages } from '../services/messages.ts';
import { textract } from '../services/textract.ts';
import { readAssembly } from '../template/assembly.ts';
import { Resolver } from '../template/resolver.ts';
import { startEdge } from './edge.ts';
import { adapted, type Change } from './environment.ts';
import { assume, startFunction } from './functions.ts';
import { Observations } from './observations.ts';
import { StandIn } from './stand-in.ts';
import { type Storage, startStorage } from './storage.ts';

export interface DeployOptions {
  /** Folder written by `cdk synth`. */
  assembly: string;
  /** Folder for data and the log; created if missing. */
  directory: string;
}

/** Injected faults. Both may be replaced at any time. */
export interface Troubles {
  /** Whether S3 loses the notification of a created object. */
  loses(key: string, event: string): boolean;
  /** Whether a request is answered 503. */
  isAway(caller: Caller, action: string, resource: string): boolean;
}

/** A synthesised application running on this machine under its own policies. */
export interface Deployed {
  guard: Guard;
  resources: FoundResources;
  buckets: readonly Bucket[];
  queues: readonly Queue[];
  functions: readonly { deployed: DeployedFunction; lambda: LambdaFunction }[];
  /** Null when only SES receives mail. */
  edge: { deployed: DeployedEdge; process: EdgeProcess } | null;
  /** The value of AWS_ENDPOINT_URL. */
  endpoint: string;
  credentials: Credentials;
  requests: RequestCounts;
  storage: Storage;
  messages: Messages;
  standIn: StandIn;
  observations: Observations;
  troubles: Troubles;
  /** Events put on a bus. */
  events: readonly BusEntry[];
  /** Variables that differ from the deployed ones. */
  changes: ReadonlyMap<string, Change>;
  /** Findings that AWS would reject, or that the rehearsal cannot model. */
  faults(): string[];
  logFile: string;
  stop(): Promise<void>;
}

/** Resolves when mail can be delivered. @throws PermanentError `template.unknown`, `policy.unknown` */
export async function deploy(options: DeployOptions): Promise<Deployed> {
  const closers = new Closers();
  try {
    return await deployAll(options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Account and region of a stack that names none; on AWS they come from the deploying credentials. */
const PLACE = { account: '123456789012', region: 'us-east-1', partition: 'aws', urlSuffix: 'amazonaws.com' };

async function deployAll({ assembly: from, directory }: DeployOptions, closers: Closers): Promise<Deployed> {
  const logFile = new LogFile(join(directory, 'rehearsal.log'));
  closers.add(() => logFile.close());
  const log = jsonLog('rehearsal', (text) => logFile.write(text.trimEnd()));
  const reaper = new Reaper();
  closers.add(() => reaper.close());
  const observations = new Observations();
  const standIn = await StandIn.start(() => observations.tell());
  closers.add(() => standIn.close());
  const endpoint = new Endpoint();
  const url = await endpoint.listen();
  closers.add(() => endpoint.close());

  const assembly = readAssembly(from);
  const types = assembly.stacks.flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
  const resources = new FoundResources(new Resolver(assembly, { ...PLACE, sqsEndpoint: url }), types);
  const [buckets, queues] = [bucketsOf(resources), queuesOf(resources)];
  const [functions, [edge = null]] = [functionsOf(resources, assembly), edgesOf(resources)];
  const guard = new Guard(policiesOf(resources));
  const credentials = new Credentials();
  const requests = new RequestCounts();
  const troubles: Troubles = { loses: () => false, isAway: () => false };
  const faults = queueFaults(queues);
  const fault = (text: string) => void faults.push(text);

  let created: CreatedObjects | null = null;
  const storage = await startStorage(
    { buckets, queues },
    { directory, log, closers },
    {
      async created(text) {
        await created?.announce(text);
        observations.tell();
      },
      sent: (message) => observations.sent(message),
    },
  );
  const messages = new Messages({ guard, resources, queues, sqs: storage.sqs });
  const isLost: Troubles['loses'] = (...event) => troubles.loses(...event);
  created = new CreatedObjects({ guard, resources, buckets, messages, s3Url: storage.url, isLost });

  const events: BusEntry[] = [];
  const certificate = selfSignedCertificate(edge?.environment['EDGE_HOSTNAME'] ?? 'localhost');
  const context = { guard, queues, sqs: storage.sqs, reaper, closers, log, fault };
  const services = new Services(
    comprehend,
    eventBridge(functions[0] ?? PLACE, (entry) => events.push(entry)),
    secretsManager(firstSecrets(resources), `${certificate.chain}\n${certificate.key}`),
    certificateManager(certificate),
    textract({
      buckets,
      async announce({ topicArn, roleArn }, message) {
        assume(context, 'Textract', roleArn, 'textract.amazonaws.com');
        const principal = { kind: 'role', arn: roleArn, account: PLACE.account } as const;
        if (firstDenied(guard, principal, [{ action: 'sns:Publish', resource: topicArn }]) === null) {
          await messages.publish(topicArn, JSON.stringify(message));
        }
      },
    }),
  );
  const isAway: Troubles['isAway'] = (...request) => troubles.isAway(...request);
  const stores = { url: storage.url, objects: storage.s3.objects };
  endpoint.open({ guard, credentials, buckets, queues, stores, services, requests, isAway });

  for (const { roleArn, service, asked } of [...flowLogUses(resources), ...malwarePlanUses(resources, buckets)]) {
    assume(context, service, roleArn, service);
    firstDenied(guard, { kind: 'role', arn: roleArn, account: PLACE.account }, asked);
  }

  for (const { service, asked } of serviceUses(resources, queues))
    firstDenied(guard, { kind: 'service', name: service }, [asked]);

  const changes = new Map<string, Change>();
  const environmentOf = (
    variables: Readonly<Record<string, string>>,
    roleArn: string,
    region: string,
    smtpPort: number | null = null,
  ): Record<string, string> => {
    const { environment, changes: changed } = adapted(variables, { endpoint: url, standIn: standIn.url, smtpPort });
    for (const change of changed) changes.set(change.variable, change);
    const principal = { kind: 'role', arn: roleArn, account: PLACE.account } as const;
    return { ...environment, ...credentials.issue(principal), AWS_ENDPOINT_URL: url, AWS_REGION: region };
  };
  const print = (name: string, line: string) => logFile.write(`${name} ${line}`);
  const process = edge && {
    deployed: edge,
    process: await startEdge(
      { ...context, print, directory },
      edge,
      environmentOf(edge.environment, edge.taskRoleArn, edge.region),
    ),
  };
  const smtpPort = process?.process.smtpPort ?? null;
  const running = functions.map((deployed) => {
    const environment = environmentOf(deployed.environment, deployed.roleArn, deployed.region, smtpPort);
    standIn.expect(environment['WEBHOOKS']);
    return { deployed, lambda: startFunction({ ...context, print }, deployed, environment) };
  });
  return {
    guard,
    resources,
    buckets,
    queues,
    functions: running,
    edge: process,
    endpoint: url,
    credentials,
    requests,
    storage,
    messages,
    standIn,
    observations,
    troubles,
    events,
    changes,
    faults: () => [...faults, ...endpoint.faults],
    logFile: logFile.path,
    stop: () => closers.close(),
  };
}
