import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SHELLS } from '../../cli/completion.ts';
import { allCommands } from '../../cli/program.ts';
import { missingTools } from '../support/tools.ts';

const COMMANDS = await allCommands();
let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(directory, 'bash'), SHELLS.bash(COMMANDS));
  writeFileSync(join(directory, '_mail-pipeline'), SHELLS.zsh(COMMANDS));
  writeFileSync(join(directory, 'mail.eml'), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What bash offers for the last word. */
function offeredByBash(...words: string[]): string[] {
  const script = `source ./bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mail_pipeline; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', script, 'bash', 'mail-pipeline', ...words], { cwd: directory });
  return output.toString().split('\n').filter(Boolean);
}

/** The line after zsh completes it on Tab, in its own line editor on a pseudo-terminal. */
function completedByZsh(line: string): string {
  const script = `
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1= PS2=; autoload -U compinit; fpath=($PWD \\$fpath); compinit -D -u; bindkey '^X' show"
    zpty -w z 'show() { print -r -- "<\${BUFFER}>"; zle send-break }; zle -N show; print loaded'
    zpty -r z answer '*loaded*loaded*'
    zpty -n -w z ${JSON.stringify(line)}$'\\t\\x18'
    zpty -r z answer '*<*>*'
    print -r -- "$answer"
    zpty -d z`;
  const output = execFileSync('zsh', ['-f', '-c', script], { cwd: directory, timeout: 60_000 }).toString();
  return /<([^>]*)>/.exec(output)?.[1] ?? output;
}

describe('completion', () => {
  it('bash offers the commands, the options of each, the values of an option, and files', () => {
    expect(offeredByBash('')).toEqual([...COMMANDS.keys(), 'help', '--help', '--version']);
    expect(offeredByBash('re')).toEqual(['redrive', 'replay']);
    expect(offeredByBash('help', 'au')).toEqual(['audit']);
    for (const [name, { usage }] of COMMANDS) {
      const flags = Object.keys(usage.options).map((flag) => `--${flag}`);
      expect(offeredByBash(name, '--')).toEqual([...flags, '--help']);
    }
    expect(offeredByBash('redrive', '--reason', 'env')).toEqual(['envelope.invalid']);
    expect(offeredByBash('redrive', '--reason', '=', 'env')).toEqual(['envelope.invalid']);
    expect(offeredByBash('parse', '--out', '=')).toContain('mail.eml');
    expect(offeredByBash('failed', 's')).toEqual(['show']);
    expect(offeredByBash('parse', 'ma')).toEqual(['mail.eml']);
    expect(offeredByBash('tail', '--limit', '')).toEqual([]);
  });

  const skipped = missingTools('zsh');
  it.skipIf(skipped !== '')(`zsh completes commands, options, values and files${skipped}`, () => {
    expect(completedByZsh('mail-pipeline aud')).toBe('mail-pipeline audit ');
    expect(completedByZsh('mail-pipeline tail --lim')).toBe('mail-pipeline tail --limit ');
    expect(completedByZsh('mail-pipeline redrive --reason env')).toBe(
      'mail-pipeline redrive --reason envelope.invalid ',
    );
    expect(completedByZsh('mail-pipeline parse ma')).toBe('mail-pipeline parse mail.eml ');
    expect(completedByZsh('mail-pipeline failed sh')).toBe('mail-pipeline failed show ');
  });
});
