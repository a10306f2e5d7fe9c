import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import { toolPath } from './tools.ts';

/**
 * Acts on the subject: `score 7` adds that score, `envelope` rejects the mail with its envelope in the message, `later`
 * defers it.
 */
const RULES = `
local function envelope(task)
  local to = {}
  for _, each in ipairs(task:get_recipients('smtp') or {}) do table.insert(to, each.addr) end
  local from = task:get_from('smtp')
  local sender = from and from[1] and from[1].addr or ''
  local function header(name) return tostring(task:get_request_header(name)) end
  return table.concat({ tostring(task:get_ip()), tostring(task:get_helo()), sender, table.concat(to, ','),
    tostring(task:get_queue_id()), header('Deliver-To'), header('TLS-Version'), tostring(task:get_size()) }, ' ')
end
rspamd_config.TEST_SUBJECT = {
  callback = function(task)
    local subject = task:get_subject() or ''
    if subject == 'envelope' then task:set_pre_result('reject', envelope(task)) end
    if subject == 'later' then task:set_pre_result('soft reject', 'Slow down') end
    local score = tonumber(subject:match('^score (.+)$'))
    if score then return true, score end
  end,
  score = 1.0,
}
`;

/** An rspamd server with our own rules, on a free port of this machine, without DNS. */
export class Rspamd {
  readonly port: number;
  readonly #child: Child;
  readonly #directory: string;

  private constructor(port: number, child: Child, directory: string) {
    this.port = port;
    this.#child = child;
    this.#directory = directory;
  }

  static async start(): Promise<Rspamd> {
    const directory = await mkdtemp(join(tmpdir(), 'rspamd-'));
    const port = await freePort();
    const file = (name: string) => join(directory, name);
    await writeFile(file('rules.lua'), RULES);
    // Its built-in suffix list takes ten seconds to compile.
    await writeFile(file('suffixes'), 'test\n');
    await writeFile(
      file('rspamd.conf'),
      `options {
  pidfile = "${file('pid')}"; tempdir = "${directory}"; control_socket = "${file('control')} mode=0600";
  url_tld = "${file('suffixes')}"; disable_hyperscan = true; filters = "";
  dns { nameserver = "127.0.0.1:9"; timeout = 1s; retransmits = 1; }
}
logging { type = "console"; level = "info"; }
worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
metric { name = "default"; actions { reject = 15; add_header = 6; greylist = 4; } }
lua = "${file('rules.lua')}";
`,
    );
    const child = new Child(toolPath('rspamd') ?? 'rspamd', ['-f', '-i', '-c', file('rspamd.conf')]);
    const rspamd = new Rspamd(port, child, directory);
    let ended = false;
    const end = child.ended().then(({ stdout, stderr }) => {
      ended = true;
      return `${stdout}${stderr}`;
    });
    while (!(await isUp(port))) {
      if (ended) throw new Error(`rspamd ended before it listened:\n${await end}`);
      await delay(50);
    }
    return rspamd;
  }

  async stop(): Promise<void> {
    this.#child.signal('SIGKILL');
    await this.#child.ended();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

const isUp = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/ping`).then(
    ({ ok }) => ok,
    () => false,
  );
