import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command } from '../command.ts';
import { type Commands, SHELLS, type Shell } from '../completion.ts';

const options = {} as const;

/** @param commands all of them, itself included */
export const completionOf = (commands: () => Promise<Commands>): Command => ({
  summary: 'print what makes bash or zsh complete commands and options',
  usage: {
    synopsis: ['completion bash', 'completion zsh'],
    about: [
      'Prints a script that completes mail-pipeline, which has to be on the PATH: npm link puts it there. Keep it where the shell looks for completions, as in the examples; make the folder first when there is none. It works from the next shell on.',
      'bash needs the package bash-completion for that; without it, source the file in ~/.bashrc.',
      'zsh needs this in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -U compinit; compinit',
    ],
    options,
    examples: [
      'mail-pipeline completion bash > ~/.local/share/bash-completion/completions/mail-pipeline',
      'mail-pipeline completion zsh > ~/.zfunc/_mail-pipeline',
    ],
    takes: Object.keys(SHELLS),
  },
  async run(args, context) {
    const [shell = '', extra] = parse(args, options).positionals;
    if (!isShell(shell) || extra !== undefined)
      throw new UsageError('name the shell: completion bash or completion zsh');
    await context.out.write(SHELLS[shell](await commands()));
    return 0;
  },
});

const isShell = (name: string): name is Shell => Object.hasOwn(SHELLS, name);
