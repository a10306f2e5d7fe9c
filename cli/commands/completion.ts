import { parse, UsageError } from '../../core/terminal/arguments.ts';
import type { Command } from '../command.ts';
import { type Commands, SHELLS, type Shell } from '../completion.ts';

const options = {} as const;

/** @param commands every command, including this one */
export const completionOf = (commands: () => Promise<Commands>): Command => ({
  summary: 'print a completion script for bash or zsh',
  usage: {
    synopsis: ['completion bash', 'completion zsh'],
    about: [
      'Prints a script that completes commands and options of mail-pipeline. mail-pipeline must be on the PATH; npm link puts it there. Save the script where your shell looks for completions, as in the examples (create the folder first if it does not exist), and open a new shell.',
      'bash finds the script through the package bash-completion; without that package, source the file in ~/.bashrc.',
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
