# guise in zsh. Load it in ~/.zshrc:
#
#     eval "$(guise init zsh)"
#
# and show the profile in the prompt, if you like:
#
#     setopt PROMPT_SUBST
#     [[ $PROMPT == *GUISE_PROMPT* ]] || PROMPT='${GUISE_PROMPT:+($GUISE_PROMPT) }'$PROMPT
#
# Builtins and programs are called past any alias. Each function runs with zsh's
# own options, and restores yours.

# --- switching ---------------------------------------------------------------

\builtin unalias GUISE_COMMAND 2>/dev/null || \builtin true
\builtin typeset -g +x __guise_state="${__guise_state-}" GUISE_PROMPT="${GUISE_PROMPT-}"

# `exec` keeps the process, and loses what is not exported. So what is known of a switch is
# exported too, with the process id, which no child has: it is taken where that is ours, and
# dropped where it is not. PID:STATE:COLOUR:STATUS:PROFILE
function __guise_resume() {
  \builtin emulate -L zsh
  \builtin local __guise_rest="${GUISE_TERMINAL-}"
  # `guise exec` has opened this shell.
  [[ -n ${__guise_profile+set} || -z ${GUISE_EXEC_STATUS:+${GUISE_EXEC_PROFILE-}} ]] ||
    \builtin typeset -g +x __guise_profile=$GUISE_EXEC_PROFILE __guise_status=$GUISE_EXEC_STATUS __guise_segment=${${GUISE_EXEC_PROFILE//[^[:print:]]/'?'}//\%/%%}
  if [[ $__guise_rest != $$:* ]]; then
    \builtin unset -v GUISE_TERMINAL
    \builtin return 0
  fi
  __guise_rest=${__guise_rest#*:}
  [[ -z $__guise_state && -n ${__guise_rest%%:*} && -z ${${__guise_rest%%:*}//[A-Za-z0-9_-]/} ]] || \builtin return 0
  \builtin typeset -g +x __guise_state=${__guise_rest%%:*}
  __guise_rest=${__guise_rest#*:}
  [[ -n ${AWS_PROFILE-} && $__guise_rest == *:*:$AWS_PROFILE ]] || \builtin return 0
  \builtin typeset -g +x __guise_color=${__guise_rest%%:*} __guise_profile=$AWS_PROFILE
  __guise_rest=${${__guise_rest#*:}%:$AWS_PROFILE}
  [[ -f $__guise_rest ]] || __guise_rest=
  \builtin typeset -g +x __guise_status=$__guise_rest __guise_segment=${${AWS_PROFILE//[^[:print:]]/'?'}//\%/%%}
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
  if ! \builtin whence -p guise >/dev/null; then
    \builtin echo 'guise: the program is not on PATH' >&2
    \builtin return 127
  fi
  GUISE_SHELL=zsh GUISE_HOOK=${__guise_hook-} GUISE_STATE=$__guise_state GUISE_SUBSHELL=${__guise_subshell-} \command guise "$@"
}

# Its output, in __guise_out. After Ctrl-C zsh would call the status 2.
function __guise_answer() {
  \builtin trap '__guise_stopped=1; \builtin return 130' INT
  __guise_out="$(__guise_program "$@")"
}

# guise prints shell code for the commands that change the shell, and it runs
# here, unless guise failed. The output of every other command is not code. Only
# the flags --no-color and --debug may come before the verb: after another, such
# as --help, the output is not code either.
function GUISE_COMMAND() {
  \builtin emulate -L zsh
  \builtin local __guise_word __guise_out __guise_subshell=
  ((ZSH_SUBSHELL == 0)) || __guise_subshell=1 # of a pipe, or in brackets
  \builtin local -i __guise_code=0 __guise_stopped=0
  for __guise_word in "$@"; do
    case $__guise_word in
      use | off | region)
        __guise_answer "$@" || __guise_code=$?
        # The rest of the line must not run in a shell that did not switch.
        ((__guise_stopped)) && \builtin kill -INT $$
        ((__guise_code)) && \builtin return $__guise_code
        \builtin eval "$__guise_out" || \builtin return $?
        __guise_hand_over $__guise_word
        \builtin return 0
        ;;
      --no-color | --debug) ;;
      *) \builtin break ;;
    esac
  done
  __guise_program "$@"
}

# --- prompt ------------------------------------------------------------------

\builtin zmodload zsh/datetime 2>/dev/null || \builtin true

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's expiry.
function __guise_prompt() {
  \builtin local -i __guise_code="$?"
  \builtin emulate -L zsh
  \builtin local __guise_end= __guise_clock=
  \builtin local -i __guise_left=0
  __guise_waiting
  # A lease, END:PROFILE, that is over: this terminal leaves the profile.
  if [[ -n ${GUISE_LEASE-} && $GUISE_LEASE == "${GUISE_LEASE%%:*}:${AWS_PROFILE-}" && ! ${EPOCHSECONDS-9999999999} < ${GUISE_LEASE%%:*} ]]; then
    GUISE_COMMAND off --after-lease
  fi
  # REGION BEFORE PROFILE: the region that guise has set for a profile which is active no more.
  if [[ -n ${GUISE_REGION_FOR-} && ${GUISE_REGION_FOR%% *} == "${AWS_REGION-}" && ${GUISE_REGION_FOR#* * } != "${AWS_PROFILE-}" ]]; then
    if [[ ${__guise_outlived-} != "$GUISE_REGION_FOR ${AWS_PROFILE-}" ]]; then
      __guise_say "guise: the region is still ${${GUISE_REGION_FOR%% *}//[^[:print:]]/?}, which guise set for ${${GUISE_REGION_FOR#* * }//[^[:print:]]/?}"
      __guise_say 'hint: guise off'
      \builtin typeset -g +x __guise_outlived="$GUISE_REGION_FOR ${AWS_PROFILE-}"
    fi
  elif [[ -n ${__guise_outlived-} ]]; then
    __guise_outlived=
  fi
  if [[ -z ${AWS_PROFILE-} ]]; then
    GUISE_PROMPT=
    if [[ -n ${AWS_ACCESS_KEY_ID-}${AWS_CONTAINER_CREDENTIALS_FULL_URI-} ]]; then
      GUISE_PROMPT=${GUISE_EXEC_PROFILE//[^[:print:]]/'?'} # `guise exec` runs this shell
      GUISE_PROMPT=${GUISE_PROMPT//\%/%%}
    fi
  elif [[ ${AWS_DEFAULT_PROFILE:-$AWS_PROFILE} != "$AWS_PROFILE" ]]; then
    # Some SDKs take the one, some the other. A % would be an escape in a prompt.
    GUISE_PROMPT=$AWS_PROFILE!$AWS_DEFAULT_PROFILE
    GUISE_PROMPT=${GUISE_PROMPT//[^[:print:]]/'?'}
    GUISE_PROMPT=${GUISE_PROMPT//\%/%%}
  elif [[ $AWS_PROFILE != "${__guise_profile-}" ]]; then
    # Set by something else than guise.
    GUISE_PROMPT=${AWS_PROFILE//[^[:print:]]/'?'}
    GUISE_PROMPT=${GUISE_PROMPT//\%/%%}
  else
    GUISE_PROMPT=$__guise_segment
    [[ ${__guise_color-} != 3[0-7] ]] || GUISE_PROMPT="%F{${__guise_color#3}}$GUISE_PROMPT%f"
    if [[ -r ${__guise_status-} ]] && IFS=' ' \builtin read -r __guise_end __guise_clock 2>/dev/null <$__guise_status &&
      [[ -n $__guise_end && -z ${__guise_end//[0-9]/} && $__guise_clock == [0-9][0-9]:[0-9][0-9] ]]; then
      __guise_left=$((__guise_end - ${EPOCHSECONDS:-0}))
      if [[ -z ${EPOCHSECONDS-} ]]; then
        GUISE_PROMPT+=" until $__guise_clock"
      elif ((__guise_left <= 0)); then
        GUISE_PROMPT+=' expired'
      elif ((__guise_left < 60)); then
        GUISE_PROMPT+=" ${__guise_left}s"
      else # to the nearest minute, as guise says it elsewhere
        __guise_left=$(((__guise_left + 30) / 60))
        if ((__guise_left < 60)); then
          GUISE_PROMPT+=" ${__guise_left}m"
        elif ((__guise_left >= 600 || __guise_left % 60 == 0)); then
          GUISE_PROMPT+=" $((__guise_left / 60))h"
        else
          GUISE_PROMPT+=" $((__guise_left / 60))h${(l:2::0:)$((__guise_left % 60))}m"
        fi
      fi
    fi
  fi
  [[ -z ${__guise_title-}${__guise_titled-} ]] || __guise_show_title
  \builtin typeset -g +x GUISE_PROMPT # whatever ALL_EXPORT thinks
  # A hook that was added later may change AWS_PROFILE: from the next prompt on we come last;
  # but not behind who draws the prompt, nor twice behind who wants to be last, too.
  case $precmd_functions[-1] in
    __guise_prompt | _p9k_precmd | "${__guise_behind-}") ;;
    *)
      if [[ -n ${(M)precmd_functions:#__guise_prompt} ]]; then
        \builtin typeset -g +x __guise_behind=$precmd_functions[-1]
        precmd_functions=(${precmd_functions:#__guise_prompt} __guise_prompt)
      fi
      ;;
  esac
  \builtin return $__guise_code
}

# Says a line, "LABEL: TEXT". In a terminal that it is too long for, it goes on below TEXT,
# between words.
function __guise_say() {
  \builtin emulate -L zsh
  \builtin local __guise_rest="$1" __guise_head=
  \builtin local -i __guise_under=$((${#1%%: *} + 2)) __guise_room=0
  [[ ! -t 2 ]] || __guise_room=${COLUMNS:-0}
  while ((__guise_room > 0 && $#__guise_rest > __guise_room)); do
    __guise_head=${__guise_rest[1,__guise_room+1]% *}
    (($#__guise_head > __guise_under && $#__guise_head <= __guise_room)) || \builtin break # a long word
    \builtin print -r -- "$__guise_head" >&2
    __guise_rest=${(l:__guise_under:)}${__guise_rest[$#__guise_head+2,-1]}
  done
  \builtin print -r -- "$__guise_rest" >&2
}

# Shows the profile in the terminal's title (setting terminal_title), at each prompt since
# other hooks do so too; and gives the title back after that (xterm's stack of titles).
# __guise_title is "on", or the colour of an iTerm2 tab, R;G;B.
function __guise_show_title() {
  \builtin emulate -L zsh
  \builtin local __guise_text=${AWS_PROFILE//[^[:print:]]/?}
  \builtin local __guise_rest=${${__guise_title-}#*;}
  [[ -t 2 ]] || \builtin return 0
  if [[ -z ${__guise_title-} || $1 == end ]]; then
    [[ -n ${__guise_titled-} ]] || \builtin return 0
    \builtin print -n -r -- $'\e]2;\a\e[23;0t' >&2
    [[ $__guise_titled != *\;* ]] || \builtin print -n -r -- $'\e]6;1;bg;*;default\a' >&2
    __guise_titled=
    \builtin return 0
  fi
  [[ -n ${__guise_titled-} ]] || \builtin print -n -r -- $'\e[22;0t' >&2
  \builtin print -n -r -- $'\e]2;'$__guise_text$'\a' >&2
  if [[ $__guise_title == *\;* ]]; then
    \builtin print -n -r -- $'\e]6;1;bg;red;brightness;'${__guise_title%%;*}$'\a\e]6;1;bg;green;brightness;'${__guise_rest%%;*}$'\a\e]6;1;bg;blue;brightness;'${__guise_rest#*;}$'\a' >&2
  elif [[ ${__guise_titled-} == *\;* ]]; then
    \builtin print -n -r -- $'\e]6;1;bg;*;default\a' >&2
  fi
  \builtin typeset -g +x __guise_titled=$__guise_title
  \builtin typeset -ga zshexit_functions
  zshexit_functions=(${zshexit_functions:#__guise_end_title} __guise_end_title)
}
function __guise_end_title() { __guise_show_title end; }

# Shows each pending request once: a file in a folder, with a process id in its
# first line and the message in its second; and notices: see __guise_ending. Files of
# other users are ignored: they may be able to write where the environment leads.
function __guise_waiting() {
  \builtin emulate -L zsh
  # powerlevel10k warns of output before its first prompt: the next one will do.
  ((${+__p9k_instant_prompt_active})) && \builtin return 0
  \builtin setopt null_glob
  \builtin local __guise_room __guise_file __guise_pid __guise_line
  for __guise_room in GUISE_ROOMS; do
    [[ -O $__guise_room && ! -L $__guise_room ]] || \builtin continue
    for __guise_file in $__guise_room/*; do
      # NAME-DUE: see __guise_ending
      [[ $__guise_file != */ends-* || ${__guise_file##*-} == <-> && ${EPOCHSECONDS:-0} -ge ${__guise_file##*-} ]] || \builtin continue
      [[ -f $__guise_file && -O $__guise_file && ! -L $__guise_file && -r $__guise_file ]] || \builtin continue
      if [[ $__guise_file == */ends-* ]]; then
        __guise_ending $__guise_file
        \builtin continue
      fi
      while IFS= \builtin read -r __guise_pid; do
        IFS= \builtin read -r __guise_line || \builtin break
        [[ -n $__guise_pid && -z ${__guise_pid//[0-9]/} ]] || \builtin break
        [[ ${__guise_shown-} != *" ${__guise_file:t}.$__guise_pid "* ]] || \builtin break
        \builtin kill -0 $__guise_pid 2>/dev/null || \builtin break
        \builtin typeset -g +x __guise_shown="${__guise_shown-} ${__guise_file:t}.$__guise_pid "
        __guise_line=${${__guise_line//[^[:print:]]/?}#guise: } # who asks may be called guise
        __guise_say "guise: ${__guise_line%%: guise *}"
        [[ $__guise_line != *': guise '* ]] || __guise_say "hint: guise ${__guise_line#*: guise }"
        \builtin break
      done <$__guise_file
    done
  done
}

# Shows in one shell, once, that an SSO session ends soon: a file whose name ends in the
# time (in seconds since 1970) from when on it is due, with that and the session's end, and
# two lines to show. Whoever makes the file NAME.shown shows it.
function __guise_ending() {
  \builtin emulate -L zsh
  \builtin setopt no_clobber
  \builtin local __guise_due __guise_end __guise_line __guise_hint
  \builtin local -i __guise_left=0
  [[ ! -e ${1%-*}.shown ]] || \builtin return 0
  { IFS=' ' \builtin read -r __guise_due __guise_end && IFS= \builtin read -r __guise_line && IFS= \builtin read -r __guise_hint; } 2>/dev/null <$1 || \builtin return 0
  [[ $__guise_due == @<-> && $__guise_end == <-> ]] || \builtin return 0
  ((EPOCHSECONDS >= ${__guise_due#@} && EPOCHSECONDS < __guise_end)) || \builtin return 0
  { \builtin print -n >${1%-*}.shown; } 2>/dev/null || \builtin return 0
  __guise_left=$(((__guise_end - EPOCHSECONDS + 30) / 60))
  __guise_say "${__guise_line//[^[:print:]]/?} $((__guise_left > 0 ? __guise_left : 1))m"
  __guise_say "${__guise_hint//[^[:print:]]/?}"
}

# begin prompt hook
function {
  \builtin emulate -L zsh
  \builtin typeset -ga precmd_functions
  precmd_functions=(${precmd_functions:#__guise_prompt} __guise_prompt)
}
# end prompt hook
