package oneoff

// ExecHelp says to the user what `guise exec` does, with and without a session of its own.
const ExecHelp = `Run a command with a profile: guise sets AWS_PROFILE in its environment, and removes
what SDKs would prefer to it. The exit status, signals and the terminal are the
command's own. Without a command guise starts your shell, whose prompt shows the profile.

Two flags are for tools that do not know credential_process. --serve hands the
credentials out on 127.0.0.1 with a random token, as a container's metadata service
does, and renews them for as long as the command runs. --export puts them into the
environment, where they are not renewed and every program that the command starts can
read them. Both also set the profile's region, endpoints, CA bundle and retries,
unless the terminal has set them.

The region is that of -r, else the terminal's, else the profile's. A region that guise
set for another profile (use -r, export) does not count.

All words before -- are the profile, as in guise use. Without --, or if those words
are no profile, the first word is the profile and the rest is the command. Flags end
at the command. guise exits 127 if the command is not found, and 126 if it cannot be
executed.

With --serve, all profiles but [default] also work by their names. With --serve or
--export of a guarded profile (guise_confirm, guise_approve) the command sees no profile.

--role-arn, or --account with --role, takes a role that has no profile: all words are
then the command. --policy and --read-only narrow a session; --duration says how long it
lasts. Such a session is served as with --serve, and the command sees no profiles. guise
asks what the guards of its source ask. --save-as writes a profile of it first.`
