# Completes from what guise says: values, quoted by zsh as it inserts them, with
# their descriptions beside them. (zsh's completion has set its own options.)
function __guise_complete() {
  \builtin local line value about
  \builtin local -i directive=0 end=0 widest=0
  \builtin local -a typed lines values abouts shown
  typed=("${(@)words[2,CURRENT-1]}")
  typed=("${(@Q)typed}" "${(Q)PREFIX}")
  lines=("${(@f)$(\command guise __complete "${(@)typed}" 2>/dev/null)}")
  if [[ ${lines[-1]} == :[0-9]* ]]; then
    directive=${lines[-1]#:}
    lines[-1]=()
  fi
  for line in "${(@)lines}"; do
    [[ -n $line ]] || continue
    value=${line%%$'\t'*} about=
    [[ $line == *$'\t'?* ]] && about=${line#*$'\t'}
    values+=("$value")
    abouts+=("$about")
    ((${(m)#value} > widest)) && widest=${(m)#value}
  done
  # In a column, and no wider than the terminal.
  for value about in "${(@)values:^abouts}"; do
    [[ -n $about ]] && value="${(mr:widest:)value}  -- $about"
    ((${(m)#value} < COLUMNS)) || value="${(mr:COLUMNS-2:)value}…"
    shown+=("$value")
  done
  # Of --flag=value guise gives the value alone.
  [[ $PREFIX == -*=* ]] && \builtin compset -P '*='
  # Not the builtin: fzf-tab and others collect what a function of that name is given.
  if (($#values)); then
    if ((directive & 2)); then
      \compadd -S '' -l -d shown -a values
    else
      \compadd -l -d shown -a values
    fi
  elif ((!(directive & 4))); then
    end=${words[(i)--]}
    ((end >= CURRENT && CURRENT > 3)) && [[ $words[2] == exec && $words[3] != -* && $words[4] != -* ]] && end=3
    if ((end < CURRENT)); then
      # A command of its own, as after sudo; of exec without --, too, behind the profile.
      \builtin shift end words
      ((CURRENT -= end))
      _normal
    else
      _files
    fi
  fi
}

# Without compinit there is nothing to complete with. It may come later in the rc file, or
# once more: so it is looked for again before the first prompt.
function __guise_offer() {
  \builtin local -i __guise_code="$?"
  \builtin emulate -L zsh
  if \builtin typeset -f compdef >/dev/null; then
    \compdef __guise_complete GUISE_COMMAND
    precmd_functions=(${precmd_functions:#__guise_offer})
  fi
  \builtin return $__guise_code
}
function {
  \builtin emulate -L zsh
  \builtin typeset -ga precmd_functions
  precmd_functions=(${precmd_functions:#__guise_offer} __guise_offer)
  \builtin typeset -f compdef >/dev/null && \compdef __guise_complete GUISE_COMMAND
  \builtin true
}
