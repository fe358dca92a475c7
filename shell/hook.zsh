# guise in zsh. Load it in ~/.zshrc:
#
#     eval "$(guise init zsh)"
#
# and show the profile in the prompt, if you like:
#
#     setopt PROMPT_SUBST
#     PROMPT='${GUISE_PROMPT:+($GUISE_PROMPT) }'$PROMPT
#
# Builtins and programs are called past any alias. Options of yours are put
# back: each function here runs with zsh's own.

# --- switching ---------------------------------------------------------------

\builtin unalias GUISE_COMMAND 2>/dev/null || \builtin true
\builtin typeset -g __guise_state="${__guise_state-}" GUISE_PROMPT="${GUISE_PROMPT-}"

# What changes the shell is printed by guise as shell code, and run here; all
# else is guise's own business. Of a call that failed, nothing is run.
function GUISE_COMMAND() {
  \builtin emulate -L zsh
  case ${1-} in
    use | off | region)
      \builtin local __guise_out
      __guise_out="$(GUISE_SHELL=zsh GUISE_STATE=$__guise_state \command guise "$@")" || \builtin return $?
      \builtin eval "$__guise_out"
      ;;
    *) \command guise "$@" ;;
  esac
}

# --- prompt ------------------------------------------------------------------

\builtin zmodload zsh/datetime 2>/dev/null || \builtin true

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's end.
function __guise_prompt() {
  \builtin local -i __guise_code="$?"
  \builtin emulate -L zsh
  \builtin local __guise_end= __guise_clock=
  \builtin local -i __guise_left=0
  if [[ -z ${AWS_PROFILE-} ]]; then
    GUISE_PROMPT=
  elif [[ $AWS_PROFILE != "${__guise_profile-}" ]]; then
    # Set by other means than guise. A % would be an escape in a prompt.
    GUISE_PROMPT=${AWS_PROFILE//[^[:print:]]/'?'}
    GUISE_PROMPT=${GUISE_PROMPT//\%/%%}
  else
    GUISE_PROMPT=$__guise_segment
    if [[ -r ${__guise_status-} ]] && IFS=' ' \builtin read -r __guise_end __guise_clock <$__guise_status && [[ -n $__guise_end && -z ${__guise_end//[0-9]/} ]]; then
      __guise_left=$((__guise_end - ${EPOCHSECONDS:-0}))
      if [[ -z ${EPOCHSECONDS-} ]]; then
        GUISE_PROMPT+=" until $__guise_clock"
      elif ((__guise_left <= 0)); then
        GUISE_PROMPT+=' expired'
      elif ((__guise_left < 3600)); then
        GUISE_PROMPT+=" $((__guise_left / 60))m"
      else
        GUISE_PROMPT+=" $((__guise_left / 3600))h"
      fi
    fi
  fi
  \builtin return $__guise_code
}

# begin prompt hook
function {
  \builtin emulate -L zsh
  \builtin typeset -ga precmd_functions
  precmd_functions=(${precmd_functions:#__guise_prompt} __guise_prompt)
}
# end prompt hook
