# shellcheck shell=bash

# Takes the line up to the cursor apart as bash would, but runs nothing of it.
# Sets __guise_words, without quotes; __guise_quote, the quote that is open at
# the end or nothing; and __guise_kept, how much of the last word (again without
# quotes) readline will leave in the line: it replaces from an open quote on, or
# from the last of COMP_WORDBREAKS, which has : and = in it.
function __guise_split() {
  \builtin local line="$1" c='' word='' open='' kept='' i
  __guise_words=()
  __guise_quote=''
  for ((i = 0; i < ${#line}; i++)); do
    c=${line:i:1}
    if [[ -z $__guise_quote && ($c == ' ' || $c == $'\t') ]]; then
      [[ -n $open ]] && __guise_words[${#__guise_words[@]}]=$word
      word='' open='' kept=''
      continue
    fi
    open=1
    if [[ $c == "\\" && $__guise_quote != "'" ]]; then
      i=$((i + 1))
      word=$word${line:i:1}
    elif [[ -n $__guise_quote && $c == "$__guise_quote" ]]; then
      __guise_quote=''
    elif [[ -z $__guise_quote && ($c == "'" || $c == '"') ]]; then
      __guise_quote=$c
      __guise_kept=$word
    else
      word=$word$c
      # A break stays, but for an @: it is replaced with what follows it.
      [[ -z $__guise_quote && $COMP_WORDBREAKS == *"$c"* ]] && kept=${word%@}
    fi
  done
  [[ -n $__guise_quote ]] || __guise_kept=$kept
  __guise_words[${#__guise_words[@]}]=$word
}

# Writes a value as it must stand in the line from there on, in __guise_written.
# (printf %q of bash 3.2 leaves a ~ as it is.)
function __guise_write() {
  \builtin local rest="${1#"$__guise_kept"}" special=$' \t!"#$&\'()*;<>?[\\]^`{|}~' c='' i
  __guise_written=''
  for ((i = 0; i < ${#rest}; i++)); do
    c=${rest:i:1}
    case $__guise_quote in
      "'") [[ $c == "'" ]] && c="'\\''" ;;
      '"')
        [[ $c == ["\"\\\$\`"] ]] && c=\\$c
        [[ $c == '!' ]] && c='"\!"' # or bash would look into its history
        ;;
      *) [[ $special == *"$c"* ]] && c=\\$c ;;
    esac
    __guise_written=$__guise_written$c
  done
}

# Offers a value, and what it is about, if it goes on from what is typed.
function __guise_offer() {
  \builtin local __guise_written
  if [[ $1 == "$typed"* ]]; then
    __guise_write "$1"
    COMPREPLY[${#COMPREPLY[@]}]=$__guise_written
    abouts[${#abouts[@]}]=${2-}
  fi
}

# Puts what the values are about beside them, in a column: where bash is about to list
# them (? and !), and puts nothing into the line but what they have in common.
function __guise_describe() {
  \builtin local i widest=0 line='' spaces=''
  [[ ${COMP_TYPE-} == 63 || ${COMP_TYPE-} == 33 ]] && ((${#COMPREPLY[@]} > 1)) || \builtin return 0
  for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
    ((${#COMPREPLY[i]} > widest)) && widest=${#COMPREPLY[i]}
  done
  \builtin printf -v spaces '%*s' "$widest" ''
  for ((i = 0; i < ${#COMPREPLY[@]}; i++)); do
    [[ -n ${abouts[i]} ]] || continue
    line="${COMPREPLY[i]}${spaces:${#COMPREPLY[i]}}  -- ${abouts[i]}"
    ((${#line} < ${COLUMNS:-80})) || line="${line:0:${COLUMNS:-80}-2}…"
    COMPREPLY[i]=$line
  done
}

# After -- there is a command of its own, as after sudo; of exec after the profile, too, where
# neither is a flag. Its name is completed here, and after -- its words by what bash-completion
# has for it, if that is loaded. Fails where there is none.
function __guise_command() {
  \builtin local i at=0 last=$((${#__guise_words[@]} - 1))
  for ((i = 1; i < last; i++)); do
    [[ ${__guise_words[i]} == -- ]] && at=$i && \builtin break
  done
  if ((!at && last > 2)) && [[ ${__guise_words[1]} == exec && ${__guise_words[2]} != -* && ${__guise_words[3]} != -* ]]; then
    ((last == 3)) || \builtin return 1
    at=2
  fi
  ((at)) || \builtin return 1
  if ((at == last - 1)); then
    [[ $typed != */* ]] || \builtin return 1
    while IFS='' \builtin read -r line; do
      if [[ -z $line ]]; then
        \builtin continue
      elif [[ $__guise_quote$line == *[!A-Za-z0-9._+-]* ]]; then
        __guise_offer "$line"
      else
        COMPREPLY[${#COMPREPLY[@]}]=$line
      fi
    done <<<"$(\builtin compgen -c -- "$typed")"
    \builtin return 0
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == -- ]] && \builtin break
  done
  if \builtin declare -F _comp_command_offset >/dev/null; then
    _comp_command_offset "$((i + 1))"
  elif \builtin declare -F _command_offset >/dev/null; then
    _command_offset "$((i + 1))"
  else
    \builtin return 1
  fi
}

function __guise_complete() {
  \builtin local IFS=$' \t\n' line='' answer='' flag='' typed='' directive='' abouts __guise_words __guise_quote __guise_kept
  COMPREPLY=() abouts=()
  __guise_split "${COMP_LINE:0:COMP_POINT}"
  typed=${__guise_words[${#__guise_words[@]} - 1]}
  # Of --flag=value guise gives the value alone.
  [[ $typed == -*=* ]] && flag=${typed%%=*}=
  answer="$(\command guise __complete "${__guise_words[@]:1}" 2>/dev/null)"
  directive=${answer##*$'\n'}
  answer=${answer%"$directive"}
  directive=${directive#:}
  [[ $directive == [0-9] || $directive == [0-9][0-9] ]] || directive=0
  while IFS='' \builtin read -r line; do
    [[ $line == *$'\t'* ]] || line=$line$'\t'
    [[ $line == $'\t'* ]] || __guise_offer "$flag${line%%$'\t'*}" "${line#*$'\t'}"
  done <<<"$answer"
  if ((directive & 4 || ${#COMPREPLY[@]})); then
    ((directive & 2)) && \builtin type compopt >/dev/null 2>&1 && \compopt -o nospace
  elif __guise_command; then
    \builtin true
  elif \builtin type compopt >/dev/null 2>&1; then
    \compopt -o default
  else # bash 3.2
    while IFS='' \builtin read -r line; do
      [[ -z $line ]] || __guise_offer "$line"
    done <<<"$(\builtin compgen -f -- "$typed")"
  fi
  __guise_describe
  if [[ -n ${BLE_VERSION-} ]]; then # ble.sh would quote once more, and offer files
    \compopt -o ble/syntax-raw
    ((directive & 4)) && \compopt -o ble/no-default
  fi
  \builtin return 0
}

\builtin complete -F __guise_complete GUISE_COMMAND
