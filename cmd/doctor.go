package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/process"
	"guise/session"
	"guise/shell"
)

// How bad a finding is.
const (
	serious = "serious" // unsafe, or something does not work
	warning = "warning" // it would surprise
	hinted  = "hint"    // it could be better
)

// finding is what doctor has found: what, why it matters, and what fixes it.
type finding struct {
	Check    string `json:"check"`
	Severity string `json:"severity"`
	What     string `json:"what"`
	Why      string `json:"why"`
	Fix      string `json:"fix,omitempty"` // a command
	Fixed    bool   `json:"fixed,omitempty"`

	fix  func() error // what --fix does; nil where only you can
	done string       // what is so after the fix; empty: What is all there is to say
}

type doctor struct {
	*app
	files    *awsconfig.Files
	profiles []awsconfig.Profile
	findings []finding
}

func newDoctor(a *app) *cobra.Command {
	var fix, asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Find what is unsafe or would surprise, and fix it",
		Long: `Look at the AWS files, this terminal, the shell, the clock, the stores and the cache
for what is unsafe or would surprise. Each finding says what it is, why it matters
and what fixes it. With --fix guise fixes what it can without a question. The exit
code is 1 if anything serious is left.`,
		Example: "  guise doctor\n  guise doctor --fix\n  guise doctor --json | jq '.[] | select(.severity == \"serious\")'",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.doctor(c.Context(), fix, asJSON) },
	}
	c.Flags().BoolVar(&fix, "fix", false, "fix what can be fixed without a question")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

func (a *app) doctor(ctx context.Context, fix, asJSON bool) error {
	files, _ := awsconfig.ReadSome(a.configPaths())
	a.filesOnce = files
	d := &doctor{app: a, files: files, profiles: files.Profiles()}
	for _, check := range []func(context.Context){
		d.brokenFiles, d.brokenSettings, d.plainKeys, d.leftovers, d.earlierVersions, d.fileModes, d.owners, d.environment, d.processes, d.broken, d.names, d.sdks, d.oldKeys, d.hook, d.oldShell, d.clock, d.stores, d.pending, d.cacheState, d.refresh,
	} {
		check(ctx)
	}
	left := false
	for i := range d.findings {
		f := &d.findings[i]
		if fix && f.fix != nil {
			if err := f.fix(); err != nil {
				f.Why += "; fixing it failed: " + err.Error()
			} else {
				f.Fixed = true
			}
		}
		left = left || f.Severity == serious && !f.Fixed
	}
	if err := d.print(asJSON); err != nil {
		return err
	}
	if left {
		return process.Status(exitFailed)
	}
	return nil
}

func (d *doctor) print(asJSON bool) error {
	if asJSON {
		return d.answerJSON(append([]finding{}, d.findings...))
	}
	order := []string{serious, warning, hinted}
	slices.SortStableFunc(d.findings, func(x, y finding) int {
		return slices.Index(order, x.Severity) - slices.Index(order, y.Severity)
	})
	var lines []string
	for _, f := range d.findings {
		state := f.Severity
		if f.Fixed {
			lines = append(lines, "fixed: "+cmp.Or(f.done, f.What))
			continue
		}
		lines = append(lines, state+": "+f.What, "  "+f.Why)
		if f.Fix != "" {
			lines = append(lines, "  fix: "+f.Fix)
		}
	}
	if len(d.findings) == 0 {
		lines = []string{"nothing found"}
	}
	return d.show(lines...)
}

func (d *doctor) found(f finding) { d.findings = append(d.findings, f) }

func (d *doctor) plainKeys(context.Context) {
	for _, p := range d.profiles {
		split := p.SplitKeys()
		switch {
		case p.Own("expires") != "" || !p.SessionToken().Empty():
		case split != nil:
			d.found(finding{
				Check: "split-keys", Severity: serious, What: p.Name + ": " + split.Error(),
				Why: "some SDKs put the two together and some refuse the profile; guise moves neither",
			})
		case p.KeysIn() == awsconfig.KeysPlain:
			d.found(finding{
				Check: "plaintext-keys", Severity: serious, What: "the keys of " + p.Name + " stand readable in the AWS files",
				Why: "whoever reads the file, a backup of it or a synchronised folder has them for good", Fix: "guise keys import " + shell.Word(p.Name),
			})
		case p.KeysIn() == awsconfig.KeysInSource:
			d.found(finding{
				Check: "plaintext-keys", Severity: warning, What: "the keys of " + p.Name + " stand readable in a section of their own",
				Why: "adopted with --keep-keys: out of the SDKs' way, and still in a file", Fix: "guise release " + shell.Word(p.Name) + " && guise keys import " + shell.Word(p.Name),
			})
		}
	}
}

// leftovers are temporary credentials that tools have put into the file.
func (d *doctor) leftovers(context.Context) {
	for _, p := range d.profiles {
		if p.SessionToken().Empty() {
			continue
		}
		what := "temporary credentials stand in the AWS files as " + p.Name
		if text := p.Own("expires"); text != "" {
			end, err := time.Parse(time.RFC3339, text)
			if err != nil || d.Now().Before(end) {
				continue // what `export` wrote, and good still
			}
			what += ", and have ended"
		}
		d.found(finding{
			Check: "leftovers", Severity: warning, What: what,
			Why: "another tool has left them: SDKs use them without a word, also when they have ended", Fix: "take the section [" + p.Name + "] out of the credentials file",
		})
	}
}

func (d *doctor) fileModes(context.Context) {
	config, credentials := d.configPaths()
	for _, path := range []string{config, credentials} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 == 0 {
			continue
		}
		f := finding{
			Check: "file-modes", Severity: warning, What: fmt.Sprintf("%s can be read by others (mode %04o)", path, info.Mode().Perm()),
			Why: "it tells which accounts and roles you have", Fix: "chmod 600 " + shell.Word(path), fix: func() error { return os.Chmod(path, 0o600) },
		}
		if path == credentials || info.Mode().Perm()&0o022 != 0 {
			f.Severity, f.Why = serious, "keys may stand in it, and who writes it decides which programs SDKs run"
		}
		d.found(f)
	}
}

// rcFiles are where shells and their helpers set variables.
func rcFiles() []string {
	return []string{
		".zshenv", ".zprofile", ".zshrc", ".zlogin", ".bash_profile", ".bash_login", ".profile", ".bashrc", ".config/fish/config.fish", ".envrc",
	}
}

// setIn finds the line of an rc file that sets a variable.
func (d *doctor) setIn(variable string) string {
	return d.inRC(func(line string) bool { return strings.Contains(line, variable) })
}

func (d *doctor) inRC(is func(line string) bool) string {
	var found []string
	for _, name := range rcFiles() {
		data, err := os.ReadFile(filepath.Join(d.Home, name))
		if err != nil {
			continue
		}
		for i, line := range strings.Split(string(data), "\n") {
			if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") && is(line) {
				found = append(found, fmt.Sprintf("~/%s line %d", name, i+1))
			}
		}
	}
	return strings.Join(found, ", ")
}

// processes: what ~/.aws/config runs, and what stands beside it.
func (d *doctor) processes(context.Context) {
	mine, err := d.Executable()
	if err != nil {
		return
	}
	for _, p := range d.profiles {
		if !p.BehindGuise() {
			continue
		}
		adopt := finding{Check: "credential-process", Fix: "guise adopt " + shell.Word(p.Name), fix: func() error {
			return adoptOptions{app: d.app, yes: true, keepKeys: true}.run(context.Background(), []string{p.Name})
		}}
		path := programOf(p.Command())
		switch info, err := os.Stat(path); {
		case err != nil || info.IsDir():
			adopt.Severity, adopt.What, adopt.Why = serious, "the credential_process of "+p.Name+" runs "+path+", which is not there", "every SDK fails with this profile"
		case p.KeysIn() == awsconfig.KeysPlain && !p.SessionToken().Empty():
			adopt = d.temporaryBeside(p)
		case len(p.Visible()) > 0:
			adopt.Severity, adopt.What, adopt.Why = serious, strings.Join(p.Visible(), ", ")+" stands beside the credential_process of "+p.Name, "SDKs prefer it, or assume a role on top of a role"
		case path != mine && !sameFile(path, mine):
			adopt.Severity, adopt.What, adopt.Why = warning, "the credential_process of "+p.Name+" runs another guise: "+path, "an older one, perhaps"
		default:
			continue
		}
		d.found(adopt)
	}
}

// temporaryBeside is a managed profile that somebody has written temporary keys for:
// they are not worth storing, so adopt does not take them.
func (d *doctor) temporaryBeside(p awsconfig.Profile) finding {
	f := finding{
		Check: "credential-process", Severity: serious, What: "temporary credentials stand beside the credential_process of " + p.Name,
		Why: "SDKs prefer them: they take " + p.Name + " for whoever they are of", Fix: "take the section [" + p.Name + "] out of the credentials file",
	}
	if path, _ := p.Where("aws_session_token"); !p.KeysInCredentials() && path != "" {
		f.Fix = "take aws_access_key_id, aws_secret_access_key and aws_session_token of " + p.Name + " out of " + path
	}
	return f
}

// programOf is the first word of a command, which may be quoted.
func programOf(command string) string {
	if rest, ok := strings.CutPrefix(command, `"`); ok {
		path, _, _ := strings.Cut(rest, `"`)
		return path
	}
	path, _, _ := strings.Cut(command, " ")
	return path
}

func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}

// broken: profiles that cannot have credentials.
func (d *doctor) broken(context.Context) {
	index := indexed(d.files, d.profiles)
	for _, p := range d.profiles {
		_, err := d.resolve(index, p.Name)
		var f failure
		if err == nil {
			continue
		}
		if asFailure(err, &f) {
			err = f.err
		}
		if syntax := (*awsconfig.SyntaxError)(nil); errors.As(err, &syntax) {
			d.found(finding{
				Check: "broken-profile", Severity: serious, What: p.Name + " cannot have credentials: " + err.Error(),
				Why: "what follows that line may belong to another profile: SDKs may use its credentials under this name", Fix: edit(syntax.File, syntax.Line),
			})
			continue
		}
		if session.Way(p) == session.WayNone && p.Get("source_profile") == "" {
			continue // a profile of settings alone is none of our business
		}
		d.found(finding{Check: "broken-profile", Severity: serious, What: p.Name + " cannot have credentials: " + err.Error(), Why: "no SDK can use it", Fix: "guise explain " + shell.Word(p.Name)})
	}
}

// oldest is how old a key may become.
const oldest = 90 * 24 * time.Hour

func (d *doctor) oldKeys(ctx context.Context) {
	for _, p := range d.profiles {
		if p.KeysIn() != awsconfig.KeysInStore {
			continue
		}
		created, _, _ := d.ageOf(ctx, p.Name, p.AccessKeyID())
		if made, err := time.Parse(time.RFC3339, created); err == nil && d.Now().Sub(made) > oldest {
			d.found(finding{
				Check: "old-keys", Severity: warning, What: fmt.Sprintf("the key of %s is %d days old", p.Name, int(d.Now().Sub(made)/(24*time.Hour))),
				Why: "what has leaked in that time is good still", Fix: "guise keys rotate " + shell.Word(p.Name),
			})
		}
	}
}

func (d *doctor) hook(context.Context) {
	loads := d.inRC(func(line string) bool { return strings.Contains(line, "guise init") })
	if d.Getenv("GUISE_SHELL") == "" {
		fix := `eval "$(guise init zsh)"   # in ~/.zshrc; bash and fish: guise init --help`
		d.found(finding{Check: "hook", Severity: warning, What: "the hook is not loaded in this shell", Why: "guise use cannot switch it, and what waits for you is not shown" + ifAny(loads, "; it is loaded in "), Fix: fix})
	}
	for _, shell := range []string{"init zsh", "init bash", "init fish"} {
		if loads := d.inRC(func(line string) bool { return strings.Contains(line, "guise "+shell) }); strings.Contains(loads, ",") {
			d.found(finding{Check: "hook", Severity: hinted, What: "the hook is loaded more than once: " + loads, Why: "harmless, and a few milliseconds each time"})
		}
	}
}

func ifAny(text, before string) string {
	if text == "" {
		return ""
	}
	return before + text
}
