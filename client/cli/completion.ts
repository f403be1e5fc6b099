import { Argument, type Command } from 'commander';
import { programs } from './programs.ts';
import { newCommand } from './service-options.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** What can follow the name of a command. */
interface Words {
  name: string;
  description: string;
  words: readonly string[];
  /** Whether files can follow, too. */
  files: boolean;
}

export const completionCommand = (program: Command): Command =>
  newCommand('completion')
    .description('Print what makes a shell complete these commands.')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
  bash:  source <(classifycloud completion bash)      # in ~/.bashrc
  zsh:   source <(classifycloud completion zsh)       # in ~/.zshrc, after compinit
  fish:  classifycloud completion fish | source       # in ~/.config/fish/config.fish`,
    )
    .action((shell: Shell) => console.log(scripts[shell](wordsOf(program))));

function wordsOf(program: Command): Words[] {
  const taken = new Map(programs().map(({ name, words }) => [name, words]));
  return program.commands.map((command) => {
    const name = command.name();
    const options = command.options.flatMap(({ long }) => (long ? [long] : []));
    const own = name === 'completion' ? SHELLS : (taken.get(name) ?? []);
    return {
      name,
      description: command.description(),
      words: [...own, ...options, '--help'],
      files: name === 'classify',
    };
  });
}

const names = (all: readonly Words[]) => all.map(({ name }) => name).join(' ');

const scripts: Record<Shell, (all: readonly Words[]) => string> = {
  bash: (all) => `_classifycloud() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names(all)} --help" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${all.map(({ name, words, files }) => `    ${name}) COMPREPLY=($(compgen ${files ? '-f ' : ''}-W "${words.join(' ')}" -- "$word")) ;;`).join('\n')}
  esac
}
complete -o filenames -F _classifycloud classifycloud`,

  zsh: (all) => `#compdef classifycloud
_classifycloud() {
  if (( CURRENT == 2 )); then
    local -a commands=(
${all.map(({ name, description }) => `      ${quoted(`${name}:${description}`)}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case "$words[2]" in
${all.map(({ name, words, files }) => `    ${name}) compadd -- ${words.join(' ')}${files ? '; _files' : ''} ;;`).join('\n')}
  esac
}
compdef _classifycloud classifycloud`,

  fish: (all) =>
    [
      'complete -c classifycloud -f',
      ...all.flatMap(({ name, description, words, files }) => [
        `complete -c classifycloud -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`,
        `complete -c classifycloud -n '__fish_seen_subcommand_from ${name}' ${files ? '-F ' : ''}-a ${quoted(words.join(' '))}`,
      ]),
    ].join('\n'),
};

/** In single quotes, for any of the three. */
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
