import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import { toolPath } from './tools.ts';

/** The only signature in the test database: these bytes anywhere in a file, packed or not. */
export const TEST_VIRUS = Buffer.from('mail-pipeline test signature, harmless in itself');
export const TEST_VIRUS_NAME = 'Test.MailPipeline';

/** A ClamAV daemon with our own signature database, on a free port of this machine. */
export class Clamd {
  readonly port: number;
  readonly #child: Child;
  readonly #directory: string;

  private constructor(port: number, child: Child, directory: string) {
    this.port = port;
    this.#child = child;
    this.#directory = directory;
  }

  static async start(): Promise<Clamd> {
    const directory = await mkdtemp(join(tmpdir(), 'clamd-'));
    const port = await freePort();
    const settings = {
      DatabaseDirectory: directory,
      TemporaryDirectory: directory,
      TCPAddr: '127.0.0.1',
      TCPSocket: port,
      Foreground: 'yes',
      LogTime: 'no',
      SelfCheck: 0,
      MaxThreads: 4,
      AlertEncrypted: 'yes',
      AlertExceedsMax: 'yes',
      StreamMaxLength: '4M',
      MaxRecursion: 3,
      FollowFileSymlinks: 'no',
    };
    const config = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
    await writeFile(join(directory, 'clamd.conf'), config.join(''));
    // Fields: name, target type 0 (any file), offset * (anywhere), bytes in hexadecimal.
    await writeFile(join(directory, 'test.ndb'), `${TEST_VIRUS_NAME}:0:*:${TEST_VIRUS.toString('hex')}\n`);
    const child = new Child(toolPath('clamd') ?? 'clamd', [`--config-file=${join(directory, 'clamd.conf')}`]);
    const clamd = new Clamd(port, child, directory);
    await child.printed(/Listening daemon|Self checking/).catch(async (error: unknown) => {
      await clamd.stop();
      throw error;
    });
    return clamd;
  }

  async stop(): Promise<void> {
    this.#child.signal('SIGKILL');
    await this.#child.ended();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
