import type { Options } from '../core/terminal/arguments.ts';
import type { Command } from './command.ts';

export type Commands = ReadonlyMap<string, Pick<Command, 'summary' | 'usage'>>;
export type Shell = 'bash' | 'zsh';

/** The completion script of each shell. */
export const SHELLS: Readonly<Record<Shell, (commands: Commands) => string>> = { bash, zsh };

const FILES: ReadonlySet<string | undefined> = new Set(['FILE', 'DIR']);
const GENERAL = ['help', '--help', '--version'];

/** bash(1), "Programmable Completion". */
function bash(commands: Commands): string {
  const names = [...commands.keys()].join(' ');
  const cases = [...commands].map(([name, { usage }]) => {
    const flags = Object.keys(usage.options).map((flag) => `--${flag}`);
    const words = [...flags, '--help', ...(Array.isArray(usage.takes) ? usage.takes : [])].join(' ');
    return `    ${name})
      case $previous in
${valueCases(usage.options)}      esac
      COMPREPLY=($(compgen -W '${words}' -- "$word"))${usage.takes === 'files' ? `\n      [[ $word == -* ]] || COMPREPLY+=($(compgen -f -- "$word"))` : ''}
      ;;`;
  });
  return `# bash completion of mail-pipeline, written by "mail-pipeline completion bash"
_mail_pipeline() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  # Readline splits --option=value at the equals sign.
  if [[ $word == = ]]; then word=''
  elif [[ $previous == = ]]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${names} ${GENERAL.join(' ')}' -- "$word"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help)
      COMPREPLY=($(compgen -W '${names}' -- "$word"))
      ;;
${cases.join('\n')}
  esac
}
complete -o filenames -F _mail_pipeline mail-pipeline
`;
}

/** Completes the value of an option: its choices, a file name, or nothing when the values are unknown. */
function valueCases(options: Options): string {
  return Object.entries(options)
    .filter(([, { type }]) => type === 'string')
    .map(([flag, { value, choices }]) => {
      const offer =
        choices !== undefined
          ? `COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$word")); `
          : FILES.has(value)
            ? 'COMPREPLY=($(compgen -f -- "$word")); '
            : '';
      return `        --${flag}) ${offer}return ;;\n`;
    })
    .join('');
}

/** zshcompsys(1), _arguments and _describe. */
function zsh(commands: Commands): string {
  const described = [...commands].map(([name, { summary }]) => `    ${quoted(`${name}:${summary}`)}`);
  const cases = [...commands].map(([name, { usage }]) => {
    const specs = [
      ...Object.entries(usage.options).map(([flag, option]) => zshOption(flag, option)),
      quoted('--help[this text]'),
      ...(usage.takes === 'files' ? [quoted('*:file:_files')] : []),
      ...(Array.isArray(usage.takes) ? [quoted(`1:what:(${usage.takes.join(' ')})`)] : []),
    ];
    return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')}\n      ;;`;
  });
  return `#compdef mail-pipeline
# zsh completion of mail-pipeline, written by "mail-pipeline completion zsh"
_mail_pipeline() {
  local -a commands=(
${described.join('\n')}
    'help:describe a command'
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT -= 1))
  case $command in
    help)
      _describe command commands
      ;;
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _mail-pipeline ]]; then
  _mail_pipeline "$@"
else
  compdef _mail_pipeline mail-pipeline
fi
`;
}

function zshOption(flag: string, { type, multiple, value, about, choices }: Options[string]): string {
  const name = `${multiple === true ? '*' : ''}--${flag}[${about.replace(/[\\[\]:]/g, '\\$&')}]`;
  if (type === 'boolean') return quoted(name);
  const offer = choices !== undefined ? `(${choices.join(' ')})` : FILES.has(value) ? '_files' : ' ';
  return quoted(`${name}:${(value ?? 'VALUE').replaceAll(':', '\\:')}:${offer}`);
}

/** One word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
