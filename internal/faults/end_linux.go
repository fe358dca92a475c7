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
)

// The AWS files, and where guise keeps its own.
const (
	awsConfig        = ".aws/config"
	awsCredentials   = ".aws/credentials"
	otherConfig      = "other/config" // a second pair
	otherCredentials = "other/credentials"
	vaultFile        = ".local/share/guise/keys.vault"
	backups          = ".local/state/guise/backups/"
	startVersions    = ".local/state/guise/start-files/"
	startFile        = ".zshrc"
	cacheFolder      = ".cache/guise/"
	sessionsFolder   = cacheFolder + "sessions/"
)

// end is what matters of a world after a command.
type end struct {
	config, credentials string              // of all pairs of AWS files
	start               string              // the file that a shell reads at its start
	modes               string              // theirs
	stored              []string            // names in the vault and in the keyring
	files               []string            // all but backups, and the cache's own
	secrets             map[string][]string // by whose they are: the files that hold them
	bare                []string            // files and folders that others may read or write
	sessions            int                 // files below the cache's sessions
	keysAtAWS           int                 // bob's
	open                bool                // the vault's key is in the kernel
}

var newKey = regexp.MustCompile(`AKIA[A-Z0-9]{16}`)

// look takes the end of a world.
func (w *world) look() (end, error) {
	e := end{
		start: w.read(startFile), config: plain(w.read(awsConfig) + w.read(otherConfig)), modes: w.modes(),
		credentials: plain(exportedNow.ReplaceAllString(w.read(awsCredentials)+w.read(otherCredentials), "$1 = …")),
		secrets:     map[string][]string{}, keysAtAWS: len(w.aws.KeysOf(bob)),
	}
	var vault struct{ Secrets map[string]json.RawMessage }
	_ = json.Unmarshal([]byte(w.read(vaultFile)), &vault)
	for name := range vault.Secrets {
		e.stored = append(e.stored, plain(name))
	}
	if w.keyring != nil {
		names, err := w.keyring.names()
		if err != nil {
			return e, err
		}
		for _, name := range names {
			e.stored = append(e.stored, plain(name))
		}
	}
	slices.Sort(e.stored)
	w.asUser(func() { e.open = len(kernelKeys("guise-vault:"+w.root+"/")) > 0 })
	secrets := w.secrets()
	err := filepath.WalkDir(w.dir(), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.bare, err = bared(e.bare, w.dir(), path, d); err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(w.home(), path)
		if strings.HasPrefix(name, backups) || strings.HasPrefix(name, startVersions) {
			name = backups
		} else if (!strings.HasPrefix(name, cacheFolder) || isTemp(name)) && !isRequest(name) {
			e.files = append(e.files, name)
		}
		if strings.HasPrefix(name, sessionsFolder) {
			e.sessions++
		}
		for whose, some := range secrets {
			if holdsAny(string(data), some) && !slices.Contains(e.secrets[whose], name) {
				e.secrets[whose] = append(e.secrets[whose], name)
			}
		}
		return nil
	})
	return e, err
}

// plain is a text in which each key that rotate made has the same id.
func plain(text string) string {
	known := map[string]bool{}
	for _, name := range users() {
		id, _ := secretOf(name)
		known[id] = true
	}
	return newKey.ReplaceAllStringFunc(text, func(id string) string {
		if known[id] {
			return id
		}
		return "AKIA-MADE-BY-ROTATE"
	})
}

// exportedNow are the lines of an exported session, which is another each time.
var exportedNow = regexp.MustCompile(`(?m)^(aws_access_key_id = ASIA|aws_session_token|guise_expires|aws_secret_access_key).*$`)

func isTemp(name string) bool {
	base := filepath.Base(name)
	return strings.HasPrefix(base, ".guise-") || strings.HasPrefix(base, ".new-")
}

// isRequest: a request is pending as long as somebody holds its file. One who is gone leaves
// it, and who looks for requests next takes it away.
// So it is with word of who was told of one, and of whom nobody came to.
func isRequest(name string) bool {
	base := filepath.Base(name)
	return filepath.Base(filepath.Dir(name)) == "waiting" || strings.HasPrefix(base, "absent-") || strings.HasPrefix(base, "told-")
}

// modes are the permissions of the AWS files.
func (w *world) modes() (text string) {
	for _, name := range []string{awsConfig, awsCredentials, otherConfig, otherCredentials} {
		if info, err := os.Stat(filepath.Join(w.home(), name)); err == nil {
			text += fmt.Sprintf("%s %v\n", name, info.Mode().Perm())
		}
	}
	return text
}

// differs says how the world ended otherwise than without a fault; empty if it did not.
func (e end) differs(clean end) string {
	switch {
	case e.config != clean.config:
		return "config"
	case e.credentials != clean.credentials:
		return "credentials"
	case e.modes != clean.modes:
		return "modes " + e.modes
	case e.start != clean.start:
		return startFile
	case e.open && !clean.open:
		return "the vault is still open"
	case !slices.Equal(e.stored, clean.stored):
		return fmt.Sprintf("key store %v, not %v", e.stored, clean.stored)
	case e.keysAtAWS != clean.keysAtAWS:
		return fmt.Sprintf("%d keys at AWS", e.keysAtAWS)
	}
	return ""
}
