# Completes from what guise says: values, quoted by zsh as it inserts them, with
# their descriptions beside them. (zsh's completion has set its own options.)
function __guise_complete() {
  \builtin local line value about
  \builtin local -i directive=0
  \builtin local -a typed values shown
  typed=("${(@)words[2,CURRENT-1]}")
  typed=("${(@Q)typed}" "${(Q)PREFIX}")
  for line in "${(@f)$(\command guise __complete "${(@)typed}" 2>/dev/null)}"; do
    if [[ $line == :<-> ]]; then
      directive=${line#:}
      continue
    fi
    [[ -n $line ]] || continue
    value=${line%%$'\t'*} about=
    [[ $line == *$'\t'?* ]] && about="  -- ${line#*$'\t'}"
    values+=("$value")
    shown+=("$value$about")
  done
  if (($#values)); then
    if ((directive & 2)); then
      compadd -S '' -l -d shown -a values
    else
      compadd -l -d shown -a values
    fi
  elif ((!(directive & 4))); then
    _files
  fi
}

# Without compinit there is nothing to complete with.
if (($+functions[compdef])); then
  compdef __guise_complete GUISE_COMMAND
fi
