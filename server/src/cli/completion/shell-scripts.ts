/** What a shell reads so that it completes `stepwell`. Called by the command completion. Each asks `stepwell complete`. Pure. */

const bash = `# Completion of stepwell for bash. Add to ~/.bashrc: eval "$(stepwell completion bash)"
_stepwell() {
  local value about
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    COMPREPLY+=("$value")
  done < <("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _stepwell stepwell`;

const zsh = `#compdef stepwell
# Completion of stepwell for zsh. Add to ~/.zshrc, after compinit: eval "$(stepwell completion zsh)"
_stepwell() {
  local -a found
  local value about
  while IFS=$'\\t' read -r value about; do
    found+=("\${value//:/\\\\:}:$about")
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then
    _describe stepwell found
  else
    _files
  fi
}
(( $+functions[compdef] )) && compdef _stepwell stepwell`;

const fish = `# Completion of stepwell for fish. Keep it: stepwell completion fish > ~/.config/fish/completions/stepwell.fish
function __stepwell_complete
  set -l words (commandline -opc)
  $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c stepwell -a '(__stepwell_complete)'`;

export const shellScripts: Record<"bash" | "zsh" | "fish", string> = { bash, zsh, fish };
