# Completes from what guise says: values, quoted by fish as it inserts them, with
# their descriptions beside them.
function __guise_complete
    set -l typed (commandline --current-token)
    set -l whole (builtin string unescape -- $typed)
    or set whole $typed
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    for line in (command guise __complete $words[2..-1] "$whole" 2>/dev/null)
        if builtin string match --quiet --regex '^:[0-9]+$' -- $line
            set -l directive (builtin string sub --start 2 -- $line)
            if test (math "bitand($directive, 4)") -eq 0
                __fish_complete_path $typed
            end
        else
            builtin echo -- $line
        end
    end
end

complete --command GUISE_COMMAND --erase
complete --command GUISE_COMMAND --no-files --arguments '(__guise_complete)'
