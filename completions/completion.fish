# Completes from what guise says: values, quoted by fish as it inserts them, with
# their descriptions beside them.
function __guise_complete
    command --query guise; or return
    set -l typed (builtin commandline --current-token --cut-at-cursor)
    set -l whole $typed
    for rest in '' "'" '"' # of a quote that is still open, the end
        if set -l plain (builtin string unescape -- $typed$rest | builtin string collect)
            set whole $plain
            break
        end
    end
    set -l words (builtin commandline --tokenize --cut-at-cursor --current-process)
    # Before the command there may be variables set for it alone.
    while builtin string match --quiet --regex '^\w+=' -- $words[1]
        set -e words[1]
    end
    # Of --flag=value guise gives the value alone.
    set -l flag (builtin string match --regex -- '^-[^=]*=' "$whole")
    set -l lines (command guise __complete $words[2..-1] "$whole" 2>/dev/null)
    set -l directive (builtin string match --regex -- '^:[0-9]+$' "$lines[-1]" | builtin string sub --start 2)
    or set directive 0
    set -e lines[-1]
    for line in $lines
        builtin echo -- "$flag$line"
    end
    if not set -q lines[1]; and test (builtin math "floor($directive / 4) % 2") -eq 0
        set -l own "''" # a command that has files for arguments; after --, the one that is there, as after sudo
        set -l end (builtin contains --index -- -- $words)
        or if test "$words[2]" = exec; and set -q words[3]; and not builtin string match --quiet -- '-*' $words[3..4]
            set end 3 # exec without --: behind the profile
        end
        set -q end[1]
        and set own (builtin string escape -- $words[(builtin math $end + 1)..-1] | builtin string join ' ')
        builtin complete --do-complete "$own $typed"
    end
end

builtin complete --command GUISE_COMMAND --erase
builtin complete --command GUISE_COMMAND --no-files --arguments '(__guise_complete)'
