package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"guise/internal/faults/inject"
)

// The AWS files, and where guise keeps its own.
const (
	awsConfig      = ".aws/config"
	awsCredentials = ".aws/credentials"
	vaultFile      = ".local/share/guise/keys.vault"
	backups        = ".local/state/guise/backups/"
	cacheFolder    = ".cache/guise/"
)

// end is what matters of a world after a command.
type end struct {
	config, credentials string
	stored              []string            // names in the vault
	files               []string            // all but backups, and the cache's own
	secrets             map[string][]string // by user: the files that hold the secret
	keysAtAWS           int                 // bob's
}

var newKey = regexp.MustCompile(`AKIA[A-Z0-9]{16}`)

// look takes the end of a world.
func (w *world) look() (end, error) {
	known := map[string]bool{}
	for _, name := range users() {
		id, _ := secretOf(name)
		known[id] = true
	}
	plain := func(text string) string { // a key that rotate made has another id each time
		return newKey.ReplaceAllStringFunc(text, func(id string) string {
			if known[id] {
				return id
			}
			return "AKIA-MADE-BY-ROTATE"
		})
	}
	e := end{
		config: plain(w.read(awsConfig)), credentials: plain(exportedNow.ReplaceAllString(w.read(awsCredentials), "$1 = …")),
		secrets: map[string][]string{}, keysAtAWS: len(w.aws.KeysOf(bob)),
	}
	var vault struct{ Secrets map[string]json.RawMessage }
	_ = json.Unmarshal([]byte(w.read(vaultFile)), &vault)
	for name := range vault.Secrets {
		e.stored = append(e.stored, plain(name))
	}
	slices.Sort(e.stored)
	err := filepath.WalkDir(w.dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(w.home(), path)
		if strings.HasPrefix(name, backups) {
			name = backups
		} else if !strings.HasPrefix(name, cacheFolder) || isTemp(name) {
			e.files = append(e.files, name)
		}
		for _, user := range users() {
			if _, secret := secretOf(user); strings.Contains(string(data), secret) && !slices.Contains(e.secrets[user], name) {
				e.secrets[user] = append(e.secrets[user], name)
			}
		}
		return nil
	})
	return e, err
}

// exportedNow are the lines of an exported session, which is another each time.
var exportedNow = regexp.MustCompile(`(?m)^(aws_access_key_id = ASIA|aws_session_token|guise_expires|aws_secret_access_key).*$`)

func isTemp(name string) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, ".guise-") || strings.HasPrefix(base, ".new-")
}

func users() []string { return []string{"alice", "bob", "carol"} }

// differs says how the world ended otherwise than without a fault; empty if it did not.
func (e end) differs(clean end) string {
	switch {
	case e.config != clean.config:
		return "config"
	case e.credentials != clean.credentials:
		return "credentials"
	case !slices.Equal(e.stored, clean.stored):
		return fmt.Sprintf("key store %v, not %v", e.stored, clean.stored)
	case e.keysAtAWS != clean.keysAtAWS:
		return fmt.Sprintf("%d keys at AWS", e.keysAtAWS)
	}
	return ""
}

// verdict is what was wrong with one fault; empty: nothing.
type verdict struct{ what, detail string }

func bad(what string, detail ...any) verdict { return verdict{what, fmt.Sprint(detail...)} }

// The ways in which a fault can go badly, as the table names them.
const (
	badHang      = "hangs"
	badPanic     = "panics"
	badHalf      = "half-written file"
	badUnsaid    = "exit 0, not done"
	badMessage   = "no clear line"
	badSecret    = "secret shown"
	badNoService = "no credentials"
	badAgain     = "cannot be run again"
	badEnd       = "next run does not end it"
	badLost      = "profile lost"
	badLeft      = "secret left"
	badLitter    = "temporary file left"
)

// judge looks at one fault: at the run with it, then at the next run without.
func (w *world) judge(s *story, clean *cleanRun, f inject.Fault) (verdict, inject.Result, error) {
	if err := w.restore(clean.saved); err != nil {
		return verdict{}, inject.Result{}, err
	}
	r, err := w.run(s, s.args, f, nil)
	if err != nil {
		return verdict{}, r, err
	}
	if !r.Struck {
		return verdict{}, r, nil
	}
	inject.Sweep(w.root)
	now, err := w.look()
	if err != nil {
		return verdict{}, r, err
	}
	if v := firstRun(s, clean, f, r, now); v.what != "" {
		return v, r, nil
	}
	v, err := w.nextRun(s, clean, now)
	return v, r, err
}

// firstRun judges the run that the fault befell.
func firstRun(s *story, clean *cleanRun, f inject.Fault, r inject.Result, now end) verdict {
	killed := f.Kind == inject.Kill || f.Kind == inject.Torn
	switch {
	case r.Hung:
		return bad(badHang)
	case strings.Contains(r.Err, "goroutine ") || strings.Contains(r.Err, "panic:"):
		return bad(badPanic, r.Err)
	case !slices.Contains(clean.configs, now.config):
		return bad(badHalf, awsConfig, "\n", now.config)
	case !slices.Contains(clean.credentials, now.credentials):
		return bad(badHalf, awsCredentials, "\n", now.credentials)
	case !killed && r.Code == clean.code && s.name != "doctor-fix" && now.differs(clean.end) != "":
		return bad(badUnsaid, now.differs(clean.end), "\n", r.Err)
	case !killed && r.Code != clean.code && len(s.typed) == 0 && !hasLine(r.Err):
		return bad(badMessage, r.Code, " ", r.Err)
	case !killed && s.serves && !strings.Contains(r.Out, "AccessKeyId"):
		return bad(badNoService, r.Err)
	}
	for _, user := range users() {
		if _, secret := secretOf(user); !s.prints && strings.Contains(r.Out+r.Err, secret) {
			return bad(badSecret, user)
		}
	}
	return verdict{}
}

func hasLine(text string) bool {
	return strings.HasPrefix(text, "guise: ") || strings.Contains(text, "\nguise: ")
}

// nextRun runs the command again, a while later, and judges what has come of it.
func (w *world) nextRun(s *story, clean *cleanRun, before end) (verdict, error) {
	if err := w.age(); err != nil {
		return verdict{}, err
	}
	r, err := w.run(s, s.args, inject.Fault{}, nil)
	if err != nil {
		return verdict{}, err
	}
	if r, err = w.inDoubt(s, r); err != nil {
		return verdict{}, err
	}
	inject.Sweep(w.root)
	now, err := w.look()
	if err != nil {
		return verdict{}, err
	}
	done := before.differs(clean.end) == ""
	switch {
	case r.Hung:
		return bad(badHang, "the next run"), nil
	case r.Code != clean.code && !(s.over && done):
		return bad(badAgain, r.Code, " ", r.Err), nil
	case now.differs(clean.end) != "":
		return bad(badEnd, now.differs(clean.end), "\n", r.Err), nil
	}
	for user, in := range now.secrets {
		for _, name := range in {
			if !slices.Contains(clean.end.secrets[user], name) {
				return bad(badLeft, user, " in ", name), nil
			}
		}
	}
	for _, name := range now.files {
		if !slices.Contains(clean.end.files, name) && !slices.Contains(clean.before.files, name) {
			return bad(badLitter, name), nil
		}
	}
	for _, profile := range s.works {
		who, err := w.run(&story{}, []string{"whoami", profile}, inject.Fault{}, nil)
		if err != nil || who.Code != 0 {
			return bad(badLost, profile, ": ", who.Err), err
		}
	}
	return verdict{}, nil
}

// inDoubt does what guise asks for where it cannot know: a key that AWS may have made
// for a rotation which was killed before it saw the answer is the user's to delete.
func (w *world) inDoubt(s *story, r inject.Result) (inject.Result, error) {
	_, rest, asks := strings.Cut(r.Err, "hint: aws iam delete-access-key --profile bob --access-key-id ")
	if !asks {
		return r, nil
	}
	w.aws.RemoveKey(strings.Fields(rest)[0])
	return w.run(s, s.args, inject.Fault{}, nil)
}

// age makes temporary files look as old as they are when the next run comes later.
func (w *world) age() error {
	long := time.Now().Add(-time.Hour)
	return filepath.WalkDir(w.dir(), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && isTemp(path) {
			err = os.Chtimes(path, long, long)
		}
		return err
	})
}
