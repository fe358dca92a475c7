# guise in tcsh. Load it in ~/.tcshrc, or in ~/.cshrc if you have none:
#
#     eval "`guise init tcsh`"
#
# and show the profile in the prompt, if you like:
#
#     set prompt = '%$GUISE_PROMPT %# '
#
# tcsh has aliases and no functions, and joins the lines that it evaluates. So each
# line ends in a semicolon, and "guise init" leaves these comments out. An "if" takes
# one command that is no alias: hence the "eval"s.

# --- switching ---------------------------------------------------------------

if ( ! $?__guise_state ) set __guise_state = '' ;
alias __guise_opened 'set __guise_profile = "$GUISE_EXEC_PROFILE:q" ; set __guise_status = "$GUISE_EXEC_STATUS:q"' ;
if ( ! $?__guise_profile && $?GUISE_EXEC_STATUS && $?GUISE_EXEC_PROFILE ) eval __guise_opened ;

# guise prints shell code for the commands that change the shell, and it runs
# here, unless guise failed. The output of every other command is not code. Only
# the flags --no-color and --debug may come before the verb. What is typed is looked
# at with all in it quoted (:x), and expanded once: by the alias __guise_call where
# its output is caught, since a variable in "`...`" would be taken apart again.
alias GUISE_COMMAND 'set __guise_verb = ( \!*:x - - - ) ; eval __guise_flag ; eval __guise_flag ; set __guise_switch = 0 ; if ( "x$__guise_verb[1]:q" =~ x{use,off,region} ) set __guise_switch = 1 ; if ( $__guise_switch ) set __guise_words = ( \!* ) ; if ( ! $__guise_switch ) env GUISE_SHELL=tcsh GUISE_STATE="$__guise_state:q" guise \!* ; set __guise_code = $status ; if ( $__guise_switch ) eval __guise_change ; set status = $__guise_code' ;
alias __guise_flag 'if ( "x$__guise_verb[1]:q" == x--no-color || "x$__guise_verb[1]:q" == x--debug ) shift __guise_verb' ;
alias __guise_call 'env GUISE_SHELL=tcsh GUISE_STATE="$__guise_state:q" guise $__guise_words:q' ;
alias __guise_change 'set __guise_out = ( "`__guise_call`" ) ; set __guise_code = $status ; if ( ! $__guise_code ) eval "$__guise_out:q"' ;

# --- prompt ------------------------------------------------------------------

# Keeps $GUISE_PROMPT up to date, before each prompt: from variables that "use" has
# set, and one small file with the session's expiry, which is read where it has
# changed. tcsh has no clock of its own: the time is that of the terminal's last output,
# which the line that was typed is, to eight seconds (tty_update_time in Linux). Text with
# a control character is not shown.
set GUISE_PROMPT = '' ;
set __guise_both = '\!' ;
set __guise_tty = "/dev/$tty:q" ;
set __guise_end = ( ) ;
set __guise_read = '' ;
alias __guise_prompt 'eval __guise_waiting ; if ( $?GUISE_LEASE ) eval __guise_leased ; set GUISE_PROMPT = "" ; if ( $?AWS_PROFILE ) eval __guise_profiled ; if ( ! $?AWS_PROFILE && $?GUISE_EXEC_PROFILE ) eval __guise_exec ; if ( "$GUISE_PROMPT:q" =~ *[^\ -~¡-􏿽]* ) set GUISE_PROMPT = "?"' ;
alias __guise_exec 'if ( $?AWS_ACCESS_KEY_ID || $?AWS_CONTAINER_CREDENTIALS_FULL_URI ) set GUISE_PROMPT = "$GUISE_EXEC_PROFILE:q"' ;
alias __guise_profiled 'set GUISE_PROMPT = "$AWS_PROFILE:q" ; if ( $?__guise_profile ) eval __guise_known ; if ( $?AWS_DEFAULT_PROFILE ) eval __guise_other' ;
alias __guise_other 'if ( ! ( "x$AWS_DEFAULT_PROFILE:q" == x || "x$AWS_DEFAULT_PROFILE:q" == "x$AWS_PROFILE:q" ) ) set GUISE_PROMPT = "$AWS_PROFILE:q$__guise_both:q$AWS_DEFAULT_PROFILE:q"' ;
alias __guise_known 'if ( "x$AWS_PROFILE:q" == "x$__guise_profile:q" && ! ( "x$__guise_status:q" == x ) ) eval __guise_until' ;
alias __guise_until '@ __guise_time = -M "$__guise_status:q" ; if ( $__guise_time == -1 ) set __guise_end = ( ) ; if ( ! ( $__guise_time == -1 || "x$__guise_read:q" == "x$__guise_time $__guise_status:q" ) ) set __guise_end = ( `\cat "$__guise_status:q"` ) ; set __guise_read = "$__guise_time $__guise_status:q" ; if ( $#__guise_end == 2 ) eval __guise_expiry' ;
alias __guise_expiry 'if ( ! ( "x$__guise_end[1]:q" =~ *[^x0-9]* ) && $__guise_end[2]:q =~ [0-9][0-9]:[0-9][0-9] ) eval __guise_left' ;
alias __guise_left '@ __guise_now = -M "$__guise_tty:q" ; @ __guise_seconds = $__guise_end[1] - $__guise_now ; @ __guise_minutes = ( $__guise_seconds + 30 ) / 60 ; @ __guise_hours = $__guise_minutes / 60 ; @ __guise_rest = $__guise_minutes % 60 ; set __guise_text = "${__guise_hours}h${__guise_rest}m" ; if ( $__guise_rest < 10 ) set __guise_text = "${__guise_hours}h0${__guise_rest}m" ; if ( $__guise_rest == 0 || $__guise_minutes >= 600 ) set __guise_text = "${__guise_hours}h" ; if ( $__guise_minutes < 60 ) set __guise_text = "${__guise_minutes}m" ; if ( $__guise_seconds < 60 ) set __guise_text = "${__guise_seconds}s" ; if ( $__guise_seconds <= 0 ) set __guise_text = expired ; if ( $__guise_now == -1 ) set __guise_text = "until $__guise_end[2]:q" ; set GUISE_PROMPT = "$GUISE_PROMPT:q $__guise_text:q"' ;

# Shows pending requests, where their folders have changed, and sessions that end soon (files
# that are dated at the time from when on they are due): by a process. A pattern fails where
# nothing fits any: /de[v] fits.
set __guise_rooms = ( GUISE_ROOMS ) ;
set __guise_room = '' ;
alias __guise_waiting 'set __guise_due = 0 ; @ __guise_now = -M "$__guise_tty:q" ; set __guise_ends = ( /de[v] "$__guise_rooms[1]:q"/ends-*[0-9] "$__guise_rooms[$#__guise_rooms]:q"/ends-*[0-9] ) ; eval __guise_more ; @ __guise_first = -M "$__guise_rooms[1]:q" ; @ __guise_last = -M "$__guise_rooms[$#__guise_rooms]:q" ; if ( ! ( "x$__guise_room:q" == "x$__guise_first $__guise_last $__guise_due" ) ) env GUISE_SHELL=tcsh guise waiting --lines ; set __guise_room = "$__guise_first $__guise_last $__guise_due"' ;
alias __guise_more 'shift __guise_ends ; if ( $#__guise_ends ) eval __guise_one' ;
alias __guise_one '@ __guise_time = -M "$__guise_ends[1]:q" ; if ( $__guise_time <= $__guise_now ) @ __guise_due++ ; eval __guise_more' ;

# While there is a lease (END:PROFILE) guise looks whether it is over, since tcsh has no
# clock: then this terminal leaves the profile.
alias __guise_leased 'set __guise_words = ( off --after-lease ) ; eval __guise_change' ;

# begin prompt hook
set __guise_precmd = "`alias precmd`" ;
if ( "x$__guise_precmd:q" == x ) alias precmd __guise_prompt ;
if ( ! ( "x$__guise_precmd:q" == x || "x$__guise_precmd:q" =~ *__guise_prompt* ) ) alias precmd "$__guise_precmd:q ; __guise_prompt" ;
# end prompt hook
