# shellcheck shell=bash
# guise in bash (3.2 and later). Load it in ~/.bashrc:
#
#     eval "$(guise init bash)"
#
# and show the profile in the prompt, if you like:
#
#     [[ $PS1 == *GUISE_PROMPT* ]] || PS1='${GUISE_PROMPT:+($GUISE_PROMPT) }'$PS1
#
# Builtins and programs are called past any alias.

# --- switching ---------------------------------------------------------------

\builtin unalias GUISE_COMMAND 2>/dev/null || \builtin true
\builtin export -n __guise_state="${__guise_state-}" GUISE_PROMPT="${GUISE_PROMPT-}"

# `exec` keeps the process, and loses what is not exported. So what is known of a switch is
# exported too, with the process id, which no child has: it is taken where that is ours, and
# dropped where it is not. PID:STATE:COLOUR:STATUS:PROFILE
function __guise_resume() {
  \builtin local __guise_rest="${GUISE_TERMINAL-}"
  # `guise exec` has opened this shell.
  [[ -n ${__guise_profile+set} || -z ${GUISE_EXEC_STATUS:+${GUISE_EXEC_PROFILE-}} ]] ||
    \builtin export -n __guise_profile="$GUISE_EXEC_PROFILE" __guise_status="$GUISE_EXEC_STATUS" __guise_segment="${GUISE_EXEC_PROFILE//[^[:print:]]/?}"
  if [[ $__guise_rest != "$$":* ]]; then
    \builtin unset -v GUISE_TERMINAL
    \builtin return 0
  fi
  __guise_rest=${__guise_rest#*:}
  [[ -z $__guise_state && ${__guise_rest%%:*} =~ ^[A-Za-z0-9_-]+$ ]] || \builtin return 0
  \builtin export -n __guise_state="${__guise_rest%%:*}"
  __guise_rest=${__guise_rest#*:}
  [[ -n ${AWS_PROFILE-} && $__guise_rest == *:*:"$AWS_PROFILE" ]] || \builtin return 0
  \builtin export -n __guise_color="${__guise_rest%%:*}" __guise_profile="$AWS_PROFILE" __guise_segment="${AWS_PROFILE//[^[:print:]]/?}"
  __guise_rest=${__guise_rest#*:}
  __guise_rest=${__guise_rest%:"$AWS_PROFILE"}
  [[ -f $__guise_rest ]] || __guise_rest=''
  \builtin export -n __guise_status="$__guise_rest"
}
__guise_resume

function __guise_hand_over() {
  if [[ $1 == off && -z ${__guise_profile-} ]]; then
    \builtin unset -v GUISE_TERMINAL
  elif [[ -n $__guise_state ]]; then
    \builtin export GUISE_TERMINAL="$$:$__guise_state:${__guise_color-}:${__guise_status-}:${__guise_profile-}"
  fi
}

# Runs the program guise, and tells it which shell calls.
function __guise_program() {
  if ! \builtin type -P guise >/dev/null; then
    \builtin echo 'guise: the program is not on PATH' >&2
    \builtin return 127
  fi
  GUISE_SHELL=bash GUISE_HOOK="${__guise_hook-}" GUISE_STATE="$__guise_state" GUISE_SUBSHELL="${__guise_subshell-}" \command guise "$@"
}

# guise prints shell code for the commands that change the shell, and it runs
# here, unless guise failed. The output of every other command is not code. Only
# the flags --no-color and --debug may come before the verb: after another, such
# as --help, the output is not code either.
function GUISE_COMMAND() {
  \builtin local __guise_word __guise_out __guise_subshell=''
  ((BASH_SUBSHELL == 0)) || __guise_subshell=1 # of a pipe, or in brackets
  for __guise_word in "$@"; do
    case $__guise_word in
      use | off | region)
        __guise_out="$(__guise_program "$@")" || \builtin return "$?"
        \builtin eval "$__guise_out" || \builtin return "$?"
        __guise_hand_over "$__guise_word"
        \builtin return 0
        ;;
      --no-color | --debug) ;;
      *) \builtin break ;;
    esac
  done
  __guise_program "$@"
}

# --- prompt ------------------------------------------------------------------

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's expiry.
function __guise_prompt() {
  \builtin local __guise_code="$?" __guise_end='' __guise_clock='' __guise_now='' __guise_left=''
  __guise_waiting
  # A lease, END:PROFILE, that is over: this terminal leaves the profile. Where bash has no
  # clock, guise looks.
  if [[ -n ${GUISE_LEASE-} && $GUISE_LEASE == "${GUISE_LEASE%%:*}:${AWS_PROFILE-}" ]]; then
    __guise_now=${EPOCHSECONDS-}
    if [[ -z $__guise_now ]] && ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2)); then
      \builtin printf -v __guise_now '%(%s)T' -1
    fi
    [[ ${__guise_now:-9999999999} < ${GUISE_LEASE%%:*} ]] || GUISE_COMMAND off --after-lease || \builtin true
    __guise_now=''
  fi
  # REGION BEFORE PROFILE: the region that guise has set for a profile which is active no more.
  if [[ -n ${GUISE_REGION_FOR-} && ${GUISE_REGION_FOR%% *} == "${AWS_REGION-}" && ${GUISE_REGION_FOR#* * } != "${AWS_PROFILE-}" ]]; then
    if [[ ${__guise_outlived-} != "$GUISE_REGION_FOR ${AWS_PROFILE-}" ]]; then
      \builtin export -n __guise_outlived="$GUISE_REGION_FOR ${AWS_PROFILE-}"
      __guise_end=${GUISE_REGION_FOR#* * }
      __guise_say "guise: the region is still ${AWS_REGION//[^[:print:]]/?}, which guise set for ${__guise_end//[^[:print:]]/?}"
      __guise_say 'hint: guise off'
    fi
  elif [[ -n ${__guise_outlived-} ]]; then
    __guise_outlived=''
  fi
  if [[ -z ${AWS_PROFILE-} ]]; then
    GUISE_PROMPT=''
    if [[ -n ${AWS_ACCESS_KEY_ID-}${AWS_CONTAINER_CREDENTIALS_FULL_URI-} ]]; then
      GUISE_PROMPT=${GUISE_EXEC_PROFILE-} # `guise exec` runs this shell
      GUISE_PROMPT=${GUISE_PROMPT//[^[:print:]]/?}
    fi
  elif [[ -n ${AWS_DEFAULT_PROFILE-} && $AWS_DEFAULT_PROFILE != "$AWS_PROFILE" ]]; then
    # Some SDKs take the one, some the other.
    GUISE_PROMPT=$AWS_PROFILE!$AWS_DEFAULT_PROFILE
    GUISE_PROMPT=${GUISE_PROMPT//[^[:print:]]/?}
  elif [[ $AWS_PROFILE != "${__guise_profile-}" ]]; then
    # Set by something else than guise.
    GUISE_PROMPT=${AWS_PROFILE//[^[:print:]]/?}
  else
    GUISE_PROMPT=${__guise_segment-}
    if [[ ${__guise_color-} =~ ^3[0-7]$ ]]; then # between \001 and \002 the line has no width
      GUISE_PROMPT=$'\001\e['$__guise_color$'m\002'$GUISE_PROMPT$'\001\e[0m\002'
    fi
    if [[ -r ${__guise_status-} ]] && IFS=' ' \builtin read -r __guise_end __guise_clock 2>/dev/null <"$__guise_status" &&
      [[ $__guise_end =~ ^[1-9][0-9]*$ && $__guise_clock =~ ^[0-9][0-9]:[0-9][0-9]$ ]]; then
      if [[ -n ${EPOCHSECONDS-} ]]; then # bash 5
        __guise_now=$EPOCHSECONDS
      elif ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2)); then
        \builtin printf -v __guise_now '%(%s)T' -1
      fi
      if [[ -z $__guise_now ]]; then # bash 3.2 has no clock of its own
        GUISE_PROMPT="$GUISE_PROMPT until $__guise_clock"
      elif ((__guise_end <= __guise_now)); then
        GUISE_PROMPT="$GUISE_PROMPT expired"
      elif ((__guise_end - __guise_now < 60)); then
        GUISE_PROMPT="$GUISE_PROMPT $((__guise_end - __guise_now))s"
      else # to the nearest minute, as guise says it elsewhere
        __guise_left=$(((__guise_end - __guise_now + 30) / 60))
        if ((__guise_left < 60)); then
          GUISE_PROMPT="$GUISE_PROMPT ${__guise_left}m"
        elif ((__guise_left >= 600 || __guise_left % 60 == 0)); then
          GUISE_PROMPT="$GUISE_PROMPT $((__guise_left / 60))h"
        else
          __guise_clock=0$((__guise_left % 60))
          GUISE_PROMPT="$GUISE_PROMPT $((__guise_left / 60))h${__guise_clock:${#__guise_clock}-2}m"
        fi
      fi
    fi
  fi
  [[ -z ${__guise_title-}${__guise_titled-} ]] || __guise_show_title now
  \builtin export -n GUISE_PROMPT # whatever `set -a` thinks
  [[ ${PROMPT_COMMAND[*]-} == *__guise_prompt ]] || __guise_last
  # A failure would end a shell with `set -e`.
  [[ $- == *e* ]] || \builtin return "$__guise_code"
}

# Says a line, "LABEL: TEXT". In a terminal that it is too long for, it goes on below TEXT,
# between words.
function __guise_say() {
  \builtin local __guise_rest="$1" __guise_head='' __guise_under="${1%%: *}: " __guise_room="${COLUMNS-}"
  [[ -t 2 && $__guise_room =~ ^[1-9][0-9]{1,4}$ ]] || __guise_room=99999
  while ((${#__guise_rest} > __guise_room)); do
    __guise_head=${__guise_rest:0:__guise_room+1}
    __guise_head=${__guise_head% *}
    ((${#__guise_head} > ${#__guise_under} && ${#__guise_head} <= __guise_room)) || \builtin break # a long word
    \builtin printf '%s\n' "$__guise_head" >&2
    __guise_rest=${__guise_under//?/ }${__guise_rest:${#__guise_head}+1}
  done
  \builtin printf '%s\n' "$__guise_rest" >&2
}

# Shows the profile in the terminal's title (setting terminal_title), at each prompt since
# other hooks do so too; and gives the title back after that (xterm's stack of titles), and
# at the shell's exit, if nobody else has a trap for that. __guise_title is "on", or the
# colour of an iTerm2 tab, R;G;B.
function __guise_show_title() {
  \builtin local __guise_text="${AWS_PROFILE-}" __guise_rest="${__guise_title-}"
  [[ -t 2 ]] || \builtin return 0
  if [[ -z $__guise_rest || ${1-} == end ]]; then
    [[ -n ${__guise_titled-} ]] || \builtin return 0
    \builtin printf '\033]2;\007\033[23;0t' >&2
    [[ $__guise_titled != *\;* ]] || \builtin printf '\033]6;1;bg;*;default\007' >&2
    __guise_titled=''
    \builtin return 0
  fi
  if [[ -z ${__guise_titled-} ]]; then
    \builtin printf '\033[22;0t' >&2
    [[ -n "$(\builtin trap -p EXIT)" ]] || \builtin trap '__guise_show_title end' EXIT # forks once for each switch
  fi
  \builtin printf '\033]2;%s\007' "${__guise_text//[^[:print:]]/?}" >&2
  if [[ $__guise_rest == *\;* ]]; then
    __guise_text=${__guise_rest#*;}
    \builtin printf '\033]6;1;bg;red;brightness;%s\007\033]6;1;bg;green;brightness;%s\007\033]6;1;bg;blue;brightness;%s\007' "${__guise_rest%%;*}" "${__guise_text%%;*}" "${__guise_text#*;}" >&2
  elif [[ ${__guise_titled-} == *\;* ]]; then
    \builtin printf '\033]6;1;bg;*;default\007' >&2
  fi
  \builtin export -n __guise_titled="$__guise_rest"
}

# Shows each pending request once: a file in a folder, with a process id in its
# first line and the message in its second; and notices: see __guise_ending. Files of
# other users are ignored: they may be able to write where the environment leads.
function __guise_waiting() {
  \builtin local __guise_room __guise_file __guise_pid __guise_line
  # shellcheck disable=SC2043 # it becomes several words
  for __guise_room in GUISE_ROOMS; do
    [[ -O $__guise_room && ! -L $__guise_room ]] || \builtin continue
    \builtin compgen -G "$__guise_room/*" >/dev/null || \builtin continue
    for __guise_file in "$__guise_room"/*; do
      # NAME-DUE: see __guise_ending
      [[ $__guise_file != */ends-* || ! ${EPOCHSECONDS-9999999999} < ${__guise_file##*-} ]] || \builtin continue
      [[ -f $__guise_file && -O $__guise_file && ! -L $__guise_file ]] || \builtin continue
      if [[ $__guise_file == */ends-* ]]; then
        __guise_ending "$__guise_file"
        \builtin continue
      fi
      { IFS='' \builtin read -r __guise_pid && IFS='' \builtin read -r __guise_line; } 2>/dev/null <"$__guise_file" || \builtin continue
      [[ $__guise_pid =~ ^[1-9][0-9]*$ && ${__guise_shown-} != *" ${__guise_file##*/}.$__guise_pid "* ]] || \builtin continue
      \builtin kill -0 "$__guise_pid" 2>/dev/null || \builtin continue
      \builtin export -n __guise_shown="${__guise_shown-} ${__guise_file##*/}.$__guise_pid "
      __guise_line=${__guise_line//[^[:print:]]/?}
      __guise_line=${__guise_line#guise: } # who asks may be called guise
      __guise_say "guise: ${__guise_line%%: guise *}"
      [[ $__guise_line != *': guise '* ]] || __guise_say "hint: guise ${__guise_line#*: guise }"
    done
  done
  \builtin return 0
}

# Shows in one shell, once, that an SSO session ends soon: a file whose name ends in the
# time (in seconds since 1970) from when on it is due, with that and the session's end, and
# two lines to show. Whoever makes the file NAME.shown shows it. bash before 4.2 has no
# clock for it.
function __guise_ending() {
  \builtin local __guise_due='' __guise_end='' __guise_line='' __guise_hint='' __guise_now=${EPOCHSECONDS-} __guise_set=$-
  [[ $1 =~ -[0-9]+$ && ! -e ${1%-*}.shown ]] || \builtin return 0
  if [[ -z $__guise_now ]] && ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2)); then
    \builtin printf -v __guise_now '%(%s)T' -1
  fi
  { IFS=' ' \builtin read -r __guise_due __guise_end && IFS='' \builtin read -r __guise_line && IFS='' \builtin read -r __guise_hint; } 2>/dev/null <"$1" || \builtin return 0
  [[ -n $__guise_now && $__guise_due =~ ^@[1-9][0-9]*$ && $__guise_end =~ ^[1-9][0-9]*$ ]] || \builtin return 0
  ((__guise_now >= ${__guise_due#@} && __guise_now < __guise_end)) || \builtin return 0
  \builtin set -C # whoever comes second fails
  if { \builtin printf '' >"${1%-*}.shown"; } 2>/dev/null; then __guise_due=''; fi
  [[ $__guise_set == *C* ]] || \builtin set +C
  [[ -z $__guise_due ]] || \builtin return 0
  __guise_now=$(((__guise_end - __guise_now + 30) / 60))
  __guise_say "${__guise_line//[^[:print:]]/?} $((__guise_now > 0 ? __guise_now : 1))m"
  __guise_say "${__guise_hint//[^[:print:]]/?}"
}

# Puts __guise_prompt at the end of PROMPT_COMMAND, which may be an array (bash 5.1), with
# gaps.
function __guise_append() {
  if [[ ${!PROMPT_COMMAND[*]} =~ [1-9] ]]; then
    PROMPT_COMMAND+=(__guise_prompt)
  else
    # shellcheck disable=SC2128,SC2178 # it is a string here
    PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__guise_prompt
  fi
}

# A hook that was added later may change AWS_PROFILE: from the next prompt on we come last;
# but not behind bash-preexec, which must be last, nor twice behind who wants to be that, too.
function __guise_last() {
  \builtin local __guise_i __guise_form=$'^(.*[;\n] *)?__guise_prompt *([;\n](.*))?$'
  [[ ${PROMPT_COMMAND[*]-} == *__guise_prompt* && ${PROMPT_COMMAND[*]-} != *__bp_* ]] || \builtin return 0
  [[ ${PROMPT_COMMAND[*]: -1} != "${__guise_behind-}" ]] || \builtin return 0
  \builtin export -n __guise_behind="${PROMPT_COMMAND[*]: -1}"
  for __guise_i in "${!PROMPT_COMMAND[@]}"; do
    if [[ ${PROMPT_COMMAND[__guise_i]} == __guise_prompt ]]; then
      \builtin unset -v "PROMPT_COMMAND[$__guise_i]"
    elif [[ ${PROMPT_COMMAND[__guise_i]} =~ $__guise_form ]]; then
      PROMPT_COMMAND[__guise_i]=${BASH_REMATCH[1]}${BASH_REMATCH[3]}
    fi
  done
  __guise_append
}

# begin prompt hook
# It comes last, to see what other hooks have changed: direnv sets AWS_PROFILE.
case "${PROMPT_COMMAND[*]-}" in
  *__guise_prompt*) ;;
  *) __guise_append ;;
esac
# end prompt hook
