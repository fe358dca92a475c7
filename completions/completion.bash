# shellcheck shell=bash

# Takes the line up to the cursor apart as bash would, but runs nothing of it:
# into __guise_words, without quotes, and __guise_raw, the last word as typed.
function __guise_split() {
  \builtin local line="$1" c='' word='' quote='' open='' i
  __guise_words=()
  __guise_raw=''
  for ((i = 0; i < ${#line}; i++)); do
    c=${line:i:1}
    if [[ -z $quote && ($c == ' ' || $c == $'\t') ]]; then
      [[ -n $open ]] && __guise_words[${#__guise_words[@]}]=$word
      word='' open='' __guise_raw=''
      continue
    fi
    open=1 __guise_raw=$__guise_raw$c
    if [[ $c == "\\" && $quote != "'" ]]; then
      i=$((i + 1))
      word=$word${line:i:1} __guise_raw=$__guise_raw${line:i:1}
    elif [[ -n $quote && $c == "$quote" ]]; then
      quote=''
    elif [[ -z $quote && ($c == "'" || $c == '"') ]]; then
      quote=$c
    else
      word=$word$c
    fi
  done
  __guise_words[${#__guise_words[@]}]=$word
}

# Writes a value as it must stand in the line, for what is typed of it already.
function __guise_quote() {
  case $__guise_raw in
    "'"*) __guise_quoted=${1//"'"/"'\\''"} ;;
    '"'*)
      __guise_quoted=${1//\\/\\\\}
      __guise_quoted=${__guise_quoted//\"/\\\"}
      __guise_quoted=${__guise_quoted//\$/\\\$}
      __guise_quoted=${__guise_quoted//\`/\\\`}
      ;;
    *)
      \builtin printf -v __guise_quoted %q "$1"
      # readline keeps what stands before the last : or = of the word.
      \builtin local typed="${COMP_WORDS[COMP_CWORD]-}"
      [[ $typed == [:=] ]] && typed=''
      [[ -n $typed || $__guise_raw == *[:=] ]] && __guise_quoted=${__guise_quoted#"${__guise_raw%"$typed"}"}
      ;;
  esac
}

function __guise_complete() {
  \builtin local IFS=$' \t\n' line lines directive=0 typed __guise_words __guise_raw __guise_quoted
  lines=()
  __guise_split "${COMP_LINE:0:COMP_POINT}"
  typed=${__guise_words[${#__guise_words[@]} - 1]}
  COMPREPLY=()
  while IFS= \builtin read -r line; do
    lines[${#lines[@]}]=$line
  done < <(\command guise __complete "${__guise_words[@]:1}" 2>/dev/null)
  for line in ${lines[@]+"${lines[@]}"}; do
    if [[ $line =~ ^:[0-9]+$ ]]; then
      directive=${line#:}
      continue
    fi
    line=${line%%$'\t'*}
    [[ $line == "$typed"* ]] || continue
    __guise_quote "$line"
    COMPREPLY[${#COMPREPLY[@]}]=$__guise_quoted
  done
  \builtin type compopt >/dev/null 2>&1 || \builtin return 0
  ((directive & 2)) && \builtin compopt -o nospace
  ((directive & 4)) || \builtin compopt -o default
  \builtin return 0
}

\builtin complete -F __guise_complete GUISE_COMMAND
