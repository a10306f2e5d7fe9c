import { publishedQueues } from '../core/config/published-queues.ts';
import { VERSION } from '../core/mail/version.ts';
import { queueDestination } from '../core/outcome/deliveries.ts';
import type { AwsServer } from './aws-server.ts';
import { consoleAssets } from './console/assets.ts';
import { Console } from './console/console.ts';
import type { WatchedQueue } from './console/live/flow.ts';
import { CONTENT_BUCKET, DEAD_LETTERS, ENRICH_QUEUE, RAW_BUCKET, RAW_QUEUE } from './topology.ts';
import type { World } from './world.ts';

/** The console of local mode: it reads the store of its own process, which tells it what changes. */
export async function startLocalConsole({ config, log, closers }: World, { sqs, s3 }: AwsServer): Promise<Console> {
  const watched = (node: string, name: string): WatchedQueue => ({
    node,
    figures: async () => {
      const depth = sqs.depth(name);
      const dead = sqs.depth(name + DEAD_LETTERS);
      return depth && { ...depth, deadLetters: dead && dead.visible + dead.inFlight + dead.delayed };
    },
  });
  const destinations = publishedQueues(config).map(({ route }) => queueDestination(route));
  const console = new Console({
    store: s3.objects,
    buckets: { raw: RAW_BUCKET, content: CONTENT_BUCKET },
    place: { kind: 'local', name: 'local', rawBucket: RAW_BUCKET, contentBucket: CONTENT_BUCKET },
    version: VERSION,
    assets: await consoleAssets(),
    since: null,
    queues: [
      watched('parser', RAW_QUEUE),
      watched('enricher', ENRICH_QUEUE),
      ...destinations.map((name) => watched(name, name)),
    ],
    queuesEveryMs: 0,
    resolutionMs: 1,
    actions: [],
    log,
  });
  closers.add(() => console.close());
  void console.build();
  return console;
}
