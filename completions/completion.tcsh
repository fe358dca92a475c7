# Completes from what guise says. tcsh takes the words of the answer apart at blanks
# and expands braces in them: so names of plain characters are offered, and no others.
set __guise_complete = 'set -f; set -- $COMMAND_LINE; shift; case $COMMAND_LINE in *" ") set -- "$@" "" ;; esac; guise __complete "$@" 2>/dev/null | while IFS="	" read -r name about; do case $name in "" | :* | *[\!A-Za-z0-9_./@:+=,%-]*) ;; *) printf "%s\n" "$name" ;; esac; done' ;
complete GUISE_COMMAND 'p@*@`sh -c "$__guise_complete:q"`@' ;
