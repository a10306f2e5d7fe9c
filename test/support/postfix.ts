import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Child } from './child.ts';
import { toolPath } from './tools.ts';

const run = promisify(execFile);

/** The services every Postfix needs, without a listener. */
const SERVICES = `
pickup    unix n - n 1 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 1 1 qmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
smtp      unix - - n - 50 smtp
error     unix - - n - - error
retry     unix - - n - - error
showq     unix n - n - - showq
scache    unix - - n - 1 scache
anvil     unix - - n - 1 anvil
tlsmgr    unix - - n 1000? 1 tlsmgr
discard   unix - - n - - discard
postlog   unix-dgram n - n - 1 postlogd
`;

export interface PostfixRole {
  /** Lines of main.cf. */
  settings: string;
  /** Lines of master.cf. */
  services: string;
}

/** Relays everything to one server and retries every second. */
export const relayingTo = (port: number): PostfixRole => ({
  services: '',
  settings: `
relayhost = [127.0.0.1]:${port}
smtp_host_lookup = native
smtp_dns_support_level = disabled
smtp_tls_security_level = may
smtp_connect_timeout = 5s
smtp_data_done_timeout = 20s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
initial_destination_concurrency = 10
default_destination_concurrency_failed_cohort_limit = 0
`,
});

/** Accepts mail for everybody, queues it on disk as usual, then discards it. */
export const receivingAt = (port: number): PostfixRole => ({
  services: `127.0.0.1:${port} inet n - n - 250 smtpd
proxymap unix - - n - - proxymap
`,
  settings: `
local_recipient_maps =
default_transport = discard:
local_transport = discard:
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
default_process_limit = 250
in_flow_delay = 0
`,
});

/** A Postfix instance in a temporary directory. */
export class Postfix {
  readonly #directory: string;
  readonly #master: Child;

  private constructor(directory: string, master: Child) {
    this.#directory = directory;
    this.#master = master;
  }

  /**
   * Needs root and the users the package creates.
   *
   * @param below parent directory of its queue, on the disk to measure
   */
  static async start(role: PostfixRole, below = tmpdir()): Promise<Postfix> {
    const directory = await mkdtemp(join(below, 'postfix-'));
    await chmod(directory, 0o755);
    for (const name of ['conf', 'queue', 'data']) await mkdir(join(directory, name));
    const { stdout: uid } = await run('id', ['-u', 'postfix']);
    await chown(join(directory, 'data'), Number(uid), 0);
    await writeFile(join(directory, 'conf/main.cf'), `${common(directory)}${role.settings}`);
    await writeFile(join(directory, 'conf/master.cf'), `${SERVICES}${role.services}`);
    const master = new Child(toolPath('postfix') ?? 'postfix', ['-c', join(directory, 'conf'), 'start-fg']);
    const postfix = new Postfix(directory, master);
    for (;;) {
      const log = await postfix.log();
      if (log.includes('daemon started')) return postfix;
      if (log.includes('fatal: ')) throw new Error(log);
      await delay(50);
    }
  }

  /** The parent of all Postfix processes. */
  async masterPid(): Promise<number> {
    return Number(await readFile(join(this.#directory, 'queue/pid/master.pid'), 'utf8'));
  }

  /** Queues a mail; Postfix delivers it from here. */
  async submit(sender: string, recipient: string, mail: string): Promise<void> {
    const args = ['-C', join(this.#directory, 'conf'), '-i', '-f', sender, recipient];
    const child = execFile(toolPath('sendmail') ?? 'sendmail', args);
    child.stdin?.end(mail);
    await new Promise<void>((resolve, reject) => {
      child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`sendmail ended with ${code}`))));
    });
  }

  /**
   * Mails removed from the queue. Counted from the log, which has one line for each; a queue listing can miss a mail
   * that is moving between directories.
   */
  async finished(): Promise<number> {
    return (await this.log()).match(/ postfix\/qmgr\[\d+\]: [0-9A-Za-z]+: removed$/gm)?.length ?? 0;
  }

  log(): Promise<string> {
    return readFile(join(this.#directory, 'mail.log'), 'utf8').catch(() => '');
  }

  async stop(): Promise<void> {
    // The master runs in its own session.
    await run(toolPath('postfix') ?? 'postfix', ['-c', join(this.#directory, 'conf'), 'abort']);
    await this.#master.ended();
    await rm(this.#directory, { recursive: true });
  }
}

function common(directory: string): string {
  return `
compatibility_level = 3.6
queue_directory = ${directory}/queue
data_directory = ${directory}/data
daemon_directory = /usr/lib/postfix/sbin
command_directory = /usr/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${directory}/mail.log
maillog_file_prefixes = ${directory}
myhostname = client.test
mydestination =
alias_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
`;
}
