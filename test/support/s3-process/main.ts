/**
 * The local S3 server in its own process, so that a test can kill it. Arguments: a directory; `deliver` or `hang` for
 * events; `fsync` or `no-fsync`, the sabotage that the durability test must detect. Prints JSON lines. Exits when its
 * standard input ends.
 */
import { jsonLog } from '../../../core/log/log.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';
import { createAwsServer } from '../../../local/http/server.ts';
import { createS3 } from '../../../local/s3/create-s3.ts';
import { removeFsync } from '../remove-fsync.ts';

const [directory = '', events, durability] = process.argv.slice(2);
const print = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);

if (durability === 'no-fsync') await removeFsync();
const s3 = await createS3({
  directory,
  buckets: [{ name: 'raw-mail', notifySuffix: '.eml' }],
  deliver: async (notification) => {
    if (events === 'hang') await new Promise(() => {});
    print({ delivered: JSON.parse(notification).Records[0].s3.object.key });
  },
  log: jsonLog('s3', (line) => process.stderr.write(line)),
});
const server = createAwsServer((message, response) => void s3.handle(message, response));
print({ port: await listenOnLoopback(server, 0) });

process.stdin.resume().once('end', () => {
  server.closeAllConnections();
  server.close(() => void s3.close());
});
