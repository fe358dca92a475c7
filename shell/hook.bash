# shellcheck shell=bash
# guise in bash (3.2 and later). Load it in ~/.bashrc:
#
#     eval "$(guise init bash)"
#
# and show the profile in the prompt, if you like:
#
#     PS1='${GUISE_PROMPT:+($GUISE_PROMPT) }'$PS1
#
# Builtins and programs are called past any alias.

# --- switching ---------------------------------------------------------------

\builtin unalias GUISE_COMMAND 2>/dev/null || \builtin true
__guise_state=${__guise_state-}
GUISE_PROMPT=${GUISE_PROMPT-}

# What changes the shell is printed by guise as shell code, and run here; all
# else is guise's own business. Of a call that failed, nothing is run.
function GUISE_COMMAND() {
  case ${1-} in
    use | off | region)
      \builtin local __guise_out
      __guise_out="$(GUISE_SHELL=bash GUISE_STATE="$__guise_state" \command guise "$@")" || \builtin return $?
      \builtin eval "$__guise_out"
      ;;
    *) \command guise "$@" ;;
  esac
}

# --- prompt ------------------------------------------------------------------

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's end.
function __guise_prompt() {
  \builtin local __guise_code="$?" __guise_end='' __guise_clock='' __guise_now=''
  if [[ -z ${AWS_PROFILE-} ]]; then
    GUISE_PROMPT=''
  elif [[ $AWS_PROFILE != "${__guise_profile-}" ]]; then
    # Set by other means than guise.
    GUISE_PROMPT=${AWS_PROFILE//[^[:print:]]/?}
  else
    GUISE_PROMPT=${__guise_segment-}
    if [[ -r ${__guise_status-} ]] && IFS=' ' \builtin read -r __guise_end __guise_clock <"$__guise_status" && [[ $__guise_end =~ ^[0-9]+$ ]]; then
      if [[ -n ${EPOCHSECONDS-} ]]; then # bash 5
        __guise_now=$EPOCHSECONDS
      elif ((BASH_VERSINFO[0] > 4 || BASH_VERSINFO[0] == 4 && BASH_VERSINFO[1] >= 2)); then
        \builtin printf -v __guise_now '%(%s)T' -1
      fi
      if [[ -z $__guise_now ]]; then # bash 3.2 has no clock of its own
        GUISE_PROMPT="$GUISE_PROMPT until $__guise_clock"
      elif ((__guise_end <= __guise_now)); then
        GUISE_PROMPT="$GUISE_PROMPT expired"
      elif ((__guise_end - __guise_now < 3600)); then
        GUISE_PROMPT="$GUISE_PROMPT $(((__guise_end - __guise_now) / 60))m"
      else
        GUISE_PROMPT="$GUISE_PROMPT $(((__guise_end - __guise_now) / 3600))h"
      fi
    fi
  fi
  \builtin return "$__guise_code"
}

# begin prompt hook
case "${PROMPT_COMMAND[*]-}" in
  *__guise_prompt*) ;;
  *) # of an array (bash 5.1) this is the first element
    PROMPT_COMMAND="__guise_prompt${PROMPT_COMMAND:+; $PROMPT_COMMAND}"
    ;;
esac
# end prompt hook
