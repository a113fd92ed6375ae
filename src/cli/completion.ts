import type { Command } from "./command.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
type Shell = (typeof SHELLS)[number];

/** The scripts ask the command that was typed for the words, and never show an error of it. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# For the next shells, run: remodel completion bash >> ~/.bashrc
_remodel() {
  local IFS=$'\\n' word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" --complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${word#[=:]}"))
}
complete -o default -F _remodel remodel
`,
  zsh: `#compdef remodel
# For the next shells, run: remodel completion zsh >> ~/.zshrc
_remodel() {
  local -a found
  found=(\${(f)"$("\${words[1]}" --complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( $#found )); then compadd -a found; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _remodel remodel
`,
  fish: `# For the next shells, run: remodel completion fish > ~/.config/fish/completions/remodel.fish
complete -c remodel -f -a '(remodel --complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

/** What `completion --json` prints. */
export interface CompletionOutput {
  readonly shell: Shell;
  readonly script: string;
}

/** Prints the script with which a shell completes the words of a command. */
export const completionCommand: Command<CompletionOutput> = {
  usage: "completion [shell]",
  describe: "print a script that completes commands, options, revisions and tenants in bash, zsh or fish",
  options: (yargs) =>
    yargs
      .positional("shell", { type: "string", choices: SHELLS, describe: "default: that of the variable SHELL" })
      .example("source <(remodel completion bash)", "for this shell"),
  async run(args, { host }) {
    const given = args["shell"] ?? host.env["SHELL"]?.replace(/^.*\//, "");
    const shell = SHELLS.find((one) => one === given) ?? "bash";
    const script = SCRIPTS[shell];
    return { code: 0, text: script, data: { shell, script }, script: true };
  },
};
