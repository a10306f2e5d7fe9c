/**
 * The local SQS in its own process, so that a test can kill it. Arguments: its directory; `fsync` or `no-fsync`, the
 * sabotage that the durability test must detect. Prints its port. SIGTERM stops it.
 */
import { jsonLog } from '../../../core/log/log.ts';
import { listenOnLoopback } from '../../../local/http/listen.ts';
import { createAwsServer } from '../../../local/http/server.ts';
import { createSqs } from '../../../local/sqs/create-sqs.ts';
import { removeFsync } from '../remove-fsync.ts';

const [directory = '', durability] = process.argv.slice(2);
if (durability === 'no-fsync') await removeFsync();
const sqs = await createSqs({ directory, log: jsonLog('sqs', (line) => process.stderr.write(line)) });
await sqs.ensureQueue('q');
const server = createAwsServer((request, response) => void sqs.handle(request, response));
process.stdout.write(`port ${await listenOnLoopback(server, 0)}\n`);

process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void sqs.close();
});
