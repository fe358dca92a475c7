# guise in fish. Load it in ~/.config/fish/config.fish:
#
#     guise init fish | source
#
# and show the profile in your fish_prompt, if you like:
#
#     test -n "$GUISE_PROMPT"; and echo -n "($GUISE_PROMPT) "

# --- switching ---------------------------------------------------------------

set -q __guise_state; or set -g __guise_state ''
set -q GUISE_PROMPT; or set -g GUISE_PROMPT ''

# What changes the shell is printed by guise as shell code, and run here; all
# else is guise's own business. Of a call that failed, nothing is run.
function GUISE_COMMAND --description 'Switch AWS profiles'
    switch "$argv[1]"
        case use off region
            set -l __guise_out (GUISE_SHELL=fish GUISE_STATE="$__guise_state" command guise $argv)
            or return $status
            builtin eval (builtin string join \n -- $__guise_out | builtin string collect)
        case '*'
            command guise $argv
    end
end

# --- prompt ------------------------------------------------------------------

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's end. fish
# has no clock of its own, so the end is shown and not the time left.
function __guise_prompt
    if test -z "$AWS_PROFILE"
        set -g GUISE_PROMPT ''
    else if test "$AWS_PROFILE" != "$__guise_profile"
        # Set by other means than guise.
        set -g GUISE_PROMPT (builtin string replace --regex --all '[^[:print:]]' '?' -- $AWS_PROFILE | builtin string collect)
    else
        set -g GUISE_PROMPT $__guise_segment
        if test -r "$__guise_status"
            builtin read --local --delimiter ' ' __guise_end __guise_clock <$__guise_status
            and set -g GUISE_PROMPT "$GUISE_PROMPT until $__guise_clock"
        end
    end
end

# begin prompt hook
function __guise_prompt_event --on-event fish_prompt
    __guise_prompt
end
# end prompt hook
