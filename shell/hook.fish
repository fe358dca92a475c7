# guise in fish. Load it in ~/.config/fish/config.fish:
#
#     status is-interactive; and guise init fish | source
#
# and show the profile in your fish_prompt, if you like:
#
#     test -n "$GUISE_PROMPT"; and echo -n "($GUISE_PROMPT) "

# --- switching ---------------------------------------------------------------

set -gu __guise_state "$__guise_state"
set -gu GUISE_PROMPT "$GUISE_PROMPT"

# `exec` keeps the process, and loses what is not exported. So what is known of a switch is
# exported too, with the process id, which no child has: it is taken where that is ours, and
# dropped where it is not. PID:STATE:COLOUR:STATUS:PROFILE
function __guise_resume
    if not set -qg __guise_profile; and test -n "$GUISE_EXEC_STATUS" # `guise exec` has opened this shell
        set -gu __guise_profile "$GUISE_EXEC_PROFILE"
        set -gu __guise_status $GUISE_EXEC_STATUS
        set -gu __guise_segment (builtin string replace --regex --all '\p{C}' '?' -- "$GUISE_EXEC_PROFILE" | builtin string collect)
    end
    set -l __guise_part (builtin string split --max 3 : -- "$GUISE_TERMINAL")
    if test "$__guise_part[1]" != "$fish_pid"
        set -qg GUISE_TERMINAL
        and set -eg GUISE_TERMINAL
        return 0
    end
    test -z "$__guise_state"
    and builtin string match --quiet --regex '^[A-Za-z0-9_-]+$' -- "$__guise_part[2]"
    or return 0
    set -gu __guise_state $__guise_part[2]
    test -n "$AWS_PROFILE"
    and set -l __guise_rest (builtin string replace --regex -- (builtin string escape --style=regex -- ":$AWS_PROFILE")'$' '' "$__guise_part[4]")
    or return 0
    set -gu __guise_color "$__guise_part[3]"
    set -gu __guise_profile $AWS_PROFILE
    set -gu __guise_segment (builtin string replace --regex --all '\p{C}' '?' -- $AWS_PROFILE | builtin string collect)
    test -f "$__guise_rest"
    or set __guise_rest ''
    set -gu __guise_status "$__guise_rest"
end
__guise_resume

function __guise_hand_over
    if test "$argv[1]" = off -a -z "$__guise_profile"
        set -qg GUISE_TERMINAL
        and set -eg GUISE_TERMINAL
    else if test -n "$__guise_state"
        set -gx GUISE_TERMINAL "$fish_pid:$__guise_state:$__guise_color:$__guise_status:$__guise_profile"
    end
    return 0
end

# Runs the program guise, and tells it which shell calls.
function __guise_program
    if not command --query guise
        builtin echo 'guise: the program is not on PATH' >&2
        return 127
    end
    GUISE_SHELL=fish GUISE_HOOK="$__guise_hook" GUISE_STATE="$__guise_state" command guise $argv
end

# guise prints shell code for the commands that change the shell, and it runs
# here, unless guise failed. The output of every other command is not code. Only
# the flags --no-color and --debug may come before the verb: after another, such
# as --help, the output is not code either.
function GUISE_COMMAND --description 'Switch AWS profiles'
    for __guise_word in $argv
        switch $__guise_word
            case use off region
                set -l __guise_out (__guise_program $argv)
                or return $status
                set -q __guise_out[1]
                and builtin eval (builtin string join \n -- $__guise_out | builtin string collect)
                __guise_hand_over $__guise_word
                return 0
            case --no-color --debug
            case '*'
                break
        end
    end
    __guise_program $argv
end

# --- prompt ------------------------------------------------------------------

# Keeps $GUISE_PROMPT up to date, before each prompt and without a process: from
# variables that `use` has set, and one small file with the session's expiry. fish
# has no clock of its own, so it shows the time of expiry, not the time left.
function __guise_prompt
    if test "$argv[1]" != VARIABLE
        __guise_waiting
        test -n "$GUISE_LEASE"
        and __guise_leased
        test -n "$GUISE_REGION_FOR"
        and __guise_region
        test -n "$__guise_title$__guise_titled"
        and __guise_show_title
    end
    if test -z "$AWS_PROFILE"
        set -g GUISE_PROMPT ''
        # `guise exec` runs this shell.
        test -n "$AWS_ACCESS_KEY_ID$AWS_CONTAINER_CREDENTIALS_FULL_URI"
        and set -g GUISE_PROMPT (builtin string replace --regex --all '\p{C}' '?' -- "$GUISE_EXEC_PROFILE" | builtin string collect)
    else if test -n "$AWS_DEFAULT_PROFILE"; and test "$AWS_DEFAULT_PROFILE" != "$AWS_PROFILE"
        # Some SDKs take the one, some the other.
        set -g GUISE_PROMPT "$AWS_PROFILE!$AWS_DEFAULT_PROFILE"
        builtin string match --quiet --regex '\p{C}' -- "$GUISE_PROMPT"
        and set -g GUISE_PROMPT (builtin string replace --regex --all '\p{C}' '?' -- "$GUISE_PROMPT" | builtin string collect)
    else if test "$AWS_PROFILE" != "$__guise_profile"
        # Set by something else than guise.
        set -g GUISE_PROMPT $AWS_PROFILE
        builtin string match --quiet --regex '\p{C}' -- "$GUISE_PROMPT"
        and set -g GUISE_PROMPT (builtin string replace --regex --all '\p{C}' '?' -- "$GUISE_PROMPT" | builtin string collect)
    else
        set -g GUISE_PROMPT $__guise_segment
        builtin string match --quiet --regex '^3[0-7]$' -- "$__guise_color"
        and set -g GUISE_PROMPT \e"[$__guise_color"m"$GUISE_PROMPT"\e'[0m'
        if test -r "$__guise_status"
            builtin read --local --delimiter ' ' __guise_end __guise_clock <$__guise_status
            and builtin string match --quiet --regex '^[0-9]+ [0-9]{2}:[0-9]{2}$' -- "$__guise_end $__guise_clock"
            and set -g GUISE_PROMPT "$GUISE_PROMPT until $__guise_clock"
        end
    end
end

# A lease, END:PROFILE, that is over: this terminal leaves the profile. The clock is the age
# of fish's own file, compared with what it will be at the end. Where fish has none, guise
# looks.
function __guise_leased
    if test "$__guise_lease" != "$GUISE_LEASE"
        set -gu __guise_lease $GUISE_LEASE
        set -gu __guise_lease_of (builtin string replace --regex '^[0-9]*:' '' -- $GUISE_LEASE | builtin string collect)
        set -gu __guise_lease_age
        set -q __guise_clock
        and builtin string match --quiet --regex '^[0-9]+:' -- $GUISE_LEASE
        and set -gu __guise_fish (status fish-path)
        and set -gu __guise_lease_age (builtin math (builtin string split --fields 1 : -- $GUISE_LEASE) - (builtin path mtime -- $__guise_fish))
    end
    test "$__guise_lease_of" = "$AWS_PROFILE"
    or return 0
    test -n "$__guise_lease_age"
    and builtin path mtime -R -- $__guise_fish | builtin read --local __guise_age
    and test "$__guise_age" -lt "$__guise_lease_age"
    and return 0
    GUISE_COMMAND off --after-lease
    return 0
end

# Says once that the region which guise has set for a profile (REGION BEFORE PROFILE) is still
# there when another is active, or none.
function __guise_region
    set -l __guise_for (builtin string split --max 2 ' ' -- $GUISE_REGION_FOR)
    if test "$__guise_for[1]" = "$AWS_REGION" -a "$__guise_for[3]" != "$AWS_PROFILE"
        test "$__guise_outlived" = "$GUISE_REGION_FOR $AWS_PROFILE"
        and return 0
        __guise_say "guise: the region is still $AWS_REGION, which guise set for $__guise_for[3]" 'hint: guise off'
        set -gu __guise_outlived "$GUISE_REGION_FOR $AWS_PROFILE"
    else
        set -gu __guise_outlived ''
    end
    return 0
end

# Shows the profile in the terminal's title (setting terminal_title): before what fish_title
# has there, which fish asks at each prompt and command; and the colour of an iTerm2 tab,
# R;G;B in __guise_title.
function __guise_show_title
    if test -n "$__guise_title"; and not set -q __guise_titled
        functions --query fish_title
        and functions --copy fish_title __guise_fish_title
        function fish_title
            test -n "$__guise_title" -a -n "$AWS_PROFILE"
            and builtin string replace --regex --all '\p{C}' '?' -- "$AWS_PROFILE: " | builtin string collect --allow-empty
            functions --query __guise_fish_title
            and __guise_fish_title $argv
        end
        set -gu __guise_titled on
        function __guise_end_title --on-event fish_exit
            set -e __guise_title
            __guise_show_title
        end
    end
    test -t 2
    or return 0
    set -l __guise_rgb (builtin string split ';' -- "$__guise_title")
    if set -q __guise_rgb[3]
        builtin printf '\e]6;1;bg;red;brightness;%s\a\e]6;1;bg;green;brightness;%s\a\e]6;1;bg;blue;brightness;%s\a' $__guise_rgb >&2
        set -gu __guise_titled tab
    else if test "$__guise_titled" = tab
        builtin printf '\e]6;1;bg;*;default\a' >&2
        set -gu __guise_titled on
    end
    return 0
end

# Says lines, "LABEL: TEXT". In a terminal that one is too long for, it goes on below TEXT,
# between words.
function __guise_say
    for __guise_line in (builtin string replace --regex --all '\p{C}' '?' -- $argv)
        set -l __guise_text (builtin string split --max 1 ': ' -- $__guise_line)
        if test -t 2; and builtin string match --quiet --regex '^[1-9][0-9]+$' -- "$COLUMNS"; and test (builtin string length -- "$__guise_line") -gt $COLUMNS -a -n "$__guise_text[2]"
            set -l __guise_under (builtin string replace --regex --all . ' ' -- "$__guise_text[1]: ")
            set -l __guise_room (builtin math "max(1, $COLUMNS - "(builtin string length -- "$__guise_under")")")
            set __guise_line "$__guise_text[1]: "(builtin string replace --regex --all '(?=.{'$__guise_room'}.)(.{1,'$__guise_room'}) +' '$1'\n"$__guise_under" -- $__guise_text[2] | builtin string collect)
        end
        builtin printf '%s\n' $__guise_line >&2
    end
    return 0
end

# Shows each pending request once: a file in a folder, with a process id in its
# first line and the message in its second; and notices: see __guise_ending. Files of
# other users are ignored: they may be able to write where the environment leads.
function __guise_waiting
    for __guise_room in GUISE_ROOMS
        test -O "$__guise_room" -a ! -L "$__guise_room"
        or continue
        for __guise_file in $__guise_room/*
            switch $__guise_file
                case '*/ends-*.shown' '*/ends-*.told'
                    continue
                case '*/ends-*' # due when it is no younger than now
                    set -q __guise_clock
                    and test (builtin path mtime -R -- $__guise_file) -ge 0
                    and __guise_ending $__guise_file
                    continue
            end
            test -f "$__guise_file" -a -O "$__guise_file" -a ! -L "$__guise_file"
            or continue
            set -l __guise_pid ''
            set -l __guise_line ''
            begin
                builtin read __guise_pid
                builtin read __guise_line
            end <$__guise_file
            builtin string match --quiet --regex '^[1-9][0-9]*$' -- "$__guise_pid"
            or continue
            set -l __guise_key "$__guise_file.$__guise_pid"
            contains -- $__guise_key $__guise_shown
            and continue
            # Of a process that is gone, /proc knows nothing (where there is a /proc).
            test -d /proc/self -a ! -d /proc/$__guise_pid
            and continue
            set -g -a __guise_shown $__guise_key
            # Who asks may be called guise.
            __guise_say (builtin string replace --regex '^((?:guise: )?.*?): guise ' '$1'\n'hint: guise ' -- $__guise_line)
        end
    end
    return 0
end

# Shows in one shell, once, that an SSO session ends soon: a file that is dated, and whose
# name ends in, the time from when on it is due (in seconds since 1970), with that and the
# session's end, and two lines to show. Whoever makes the file NAME.shown shows it. The
# clock is `path` (fish 3.6): the time of a file plus its age.
builtin path mtime -R / >/dev/null 2>&1
and set -gu __guise_clock 1
function __guise_ending
    set -l __guise_shown_by (builtin string replace --regex -- '-[0-9]+$' .shown $argv[1])
    and test -f "$argv[1]" -a -O "$argv[1]" -a ! -L "$argv[1]" -a ! -e "$__guise_shown_by"
    or return 0
    set -l __guise_due ''
    set -l __guise_end ''
    set -l __guise_line ''
    set -l __guise_hint ''
    begin
        builtin read --delimiter ' ' __guise_due __guise_end
        builtin read __guise_line
        builtin read __guise_hint
    end <$argv[1]
    builtin string match --quiet --regex '^@[1-9][0-9]* [1-9][0-9]*$' -- "$__guise_due $__guise_end"
    and test -n "$__guise_hint"
    or return 0
    set -l __guise_now (builtin math (builtin path mtime -- $argv[1]) + (builtin path mtime -R -- $argv[1]))
    test $__guise_now -ge (builtin string sub --start 2 -- $__guise_due) -a $__guise_now -lt $__guise_end
    or return 0
    begin
        builtin echo -n >?"$__guise_shown_by"
    end 2>/dev/null
    or return 0
    set -l __guise_left (builtin math "max(1, floor(($__guise_end - $__guise_now + 30) / 60))")
    __guise_say "$__guise_line $__guise_left"m $__guise_hint
end

# begin prompt hook
# Handlers run in the order of their definition: one that comes later (direnv's) may change
# AWS_PROFILE.
function __guise_prompt_event --on-event fish_prompt --on-variable AWS_PROFILE --on-variable AWS_DEFAULT_PROFILE
    __guise_prompt $argv
end
# end prompt hook
