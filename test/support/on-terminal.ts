import { fileURLToPath } from 'node:url';
import xterm from '@xterm/headless';
import { Child } from './child.ts';

const PTY = fileURLToPath(new URL('pty.py', import.meta.url));
const ROWS = 50;

export interface TerminalOptions {
  columns?: number;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

/** A program on a real pseudo-terminal (python3's pty module). */
export class OnTerminal {
  readonly #child: Child;
  readonly #columns: number;

  constructor(command: string, args: readonly string[], { columns = 80, cwd, env = {} }: TerminalOptions = {}) {
    this.#columns = columns;
    const { NO_COLOR: _no, FORCE_COLOR: _force, CI: _ci, ...inherited } = process.env;
    this.#child = new Child('python3', [PTY, String(columns), command, ...args], {
      input: true,
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...inherited, TERM: 'xterm', ...env },
    });
  }

  /** Everything the program has sent to the terminal so far. */
  get sent(): string {
    return this.#child.stdout;
  }

  /** Resolves when the program has printed `pattern`. @throws when it ends first */
  printed(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#child.printed(pattern);
  }

  /** Types keys. `\x03` is Ctrl-C: the terminal sends SIGINT to every program in the foreground. */
  type(keys: string): void {
    this.#child.process.stdin?.write(keys);
  }

  /** Resolves with how the program ended, `exit 130` or `signal 2`, and the rows then on the terminal. */
  async ended(): Promise<{ how: string; rows: string[] }> {
    const { stderr } = await this.#child.ended();
    return { how: stderr.trim().split('\n').at(-1) ?? '', rows: await this.rows() };
  }

  /** Seconds of CPU time that everything on the terminal used between Ctrl-C and its end. */
  async cpuAfterCtrlC(): Promise<number> {
    const { stderr } = await this.#child.ended();
    return Number(/^cpu (\S+)$/m.exec(stderr)?.[1]);
  }

  /** What the terminal shows now, including what has scrolled off. */
  async rows(): Promise<string[]> {
    const terminal = new xterm.Terminal({
      cols: this.#columns,
      rows: ROWS,
      scrollback: 10_000,
      allowProposedApi: true,
    });
    await new Promise<void>((resolve) => terminal.write(this.sent, resolve));
    const { buffer } = terminal;
    const rows = Array.from({ length: buffer.active.length }, (_, at) => buffer.active.getLine(at));
    const texts = rows.map((row) => row?.translateToString(true) ?? '');
    terminal.dispose();
    return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1);
  }

  kill(): void {
    this.#child.signal('SIGKILL');
  }
}
