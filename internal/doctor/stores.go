package doctor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/files"
	"guise/internal/keys"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/session"
	"guise/shell"
)

// clock compares ours with AWS's.
func (x *examination) clock(ctx context.Context) {
	if x.Clock == nil {
		return
	}
	skew, err := x.Clock(ctx)
	if err != nil {
		x.add(Finding{Check: "clock", Severity: Hint, What: "AWS does not answer: " + err.Error(), Why: "so the clock could not be compared with AWS's"})
		return
	}
	if skew.Abs() > session.SkewTold {
		x.add(Finding{Check: "clock", Severity: Serious, What: "this computer's clock is " + skew.Abs().Round(time.Second).String() + " off AWS's", Why: "AWS refuses signatures that are more than five minutes off, and MFA codes sooner", Fix: setClock(runtime.GOOS)})
	}
}

// setClock is the command that has a system, as Go names it, keep its clock right.
func setClock(system string) string {
	if system == "darwin" {
		return "sudo sntp -sS time.apple.com"
	}
	return "sudo timedatectl set-ntp true"
}

// stores: whether what keeps secrets answers.
func (x *examination) stores(ctx context.Context) {
	err := x.Keys.Keyring.Available()
	if err == nil {
		return
	}
	var without []string
	for _, p := range x.profiles {
		if p.KeysIn() == awsconfig.KeysInStore {
			if _, err := x.Unasked.Secret(ctx, p.AccessKeyID()); err != nil && !errors.Is(err, session.ErrNoPerson) {
				without = append(without, p.Name)
			}
		}
	}
	if len(without) > 0 {
		x.add(Finding{Check: "key-store", Severity: Serious, What: "the access keys of " + strings.Join(without, ", ") + " cannot be read: " + err.Error(), Why: "they are in the OS keyring of another kind of session, or it is locked: unlock it, or start your desktop session"})
		return
	}
	reason := strings.TrimPrefix(err.Error(), keys.ErrUnavailable.Error()) // which says the same
	f := Finding{Check: "key-store", Severity: Hint, What: "no OS keyring answers here" + reason, Why: "access keys go into the vault, which a passphrase protects, and cached sessions are lost at a reboot"}
	if x.Settings.AccessKeys == string(keys.InKeyring) {
		f.Severity, f.Why = Warning, "access_keys = keyring puts new access keys there, so guise can store none"
	}
	if !x.Sandbox {
		x.add(f)
	}
}

// pending: what guise has not done with in the key store.
func (x *examination) pending(ctx context.Context) {
	unfinished, err := x.Keys.Unfinished()
	if err != nil {
		x.add(Finding{Check: "key-store", Severity: Serious, What: err.Error(), Why: "guise cannot see what it has stored, so it changes no access keys"})
		return
	}
	for _, u := range unfinished {
		what := "the access key …" + keys.LastFour(u.ID)
		if u.ID == "" {
			what = "the MFA secret of " + u.Serial
		}
		switch {
		case u.Rotating:
			x.add(Finding{Check: "key-store", Severity: Warning, What: "the rotation of " + u.Profile + "'s access key was interrupted", Why: "AWS may have two keys of that user", Fix: shell.Guise("keys rotate", u.Profile)})
		case u.Unseen != nil:
			x.add(Finding{Check: "key-store", Severity: Warning, What: what + " is in the key store, and " + u.Unseen.File + ", whose profiles may use it, " + u.Unseen.Why(), Why: "guise keeps it until it can see that no profile uses it: put the file back"})
		case len(u.Pending) > 0:
			x.add(Finding{
				Check: "key-store", Severity: Serious, What: what + " was to be removed, and may still be in " + keys.Words(u.Pending), Why: "that store did not answer; guise removes it when it does",
				Fix: "guise doctor --fix", Repair: func() error { return x.Keys.Settle(ctx) }, Done: what + " is removed from " + keys.Words(u.Pending),
			})
		default:
			x.add(Finding{Check: "key-store", Severity: Warning, What: what + " is in the key store, and no profile uses it", Why: "a change of keys was interrupted, or the AWS files were edited", Fix: shell.Guise("keys remove", u.ID)})
		}
	}
}

func (x *examination) cacheState(context.Context) {
	store := x.Cache
	if x.Settings.Sure(settings.CacheKey) != nil {
		return
	}
	if err := store.Usable(); err != nil {
		x.add(Finding{
			Check: "cache", Severity: Serious, What: "the cache cannot be used: " + err.Error(),
			Why: "no session is cached: each call gets a new one, and asks for a code if that needs one", Fix: fixOfFolder(x.CacheDir),
		})
		return
	}
	entries, err := store.List()
	if err != nil {
		return
	}
	unreadable := 0
	used := x.cacheNames()
	var unused []string
	for _, e := range entries {
		switch {
		case e.Fresh && !e.Readable:
			unreadable++
		case e.Fresh && !used[e.Name]:
			unused = append(unused, e.Name)
		}
	}
	if len(unused) > 0 {
		x.add(Finding{
			Check: "cache", Severity: Hint, What: fmt.Sprintf("entries of the cache that belong to no profile: %d", len(unused)), Why: "they are left from profiles that were changed or removed; they expire by themselves",
			Fix: "guise doctor --fix", Repair: func() error {
				var failed error
				for _, name := range unused {
					failed = errors.Join(failed, store.Delete(name))
				}
				return failed
			},
		})
	}
	if unreadable > 0 {
		x.add(Finding{
			Check: "cache", Severity: Hint, What: fmt.Sprintf("entries of the cache that cannot be opened: %d", unreadable), Why: "they were encrypted with a key that is gone: nothing uses them",
			Fix: "guise cache clear", Repair: func() error { _, err := store.Clear(); return err },
		})
	}
}

// fixOfFolder is the command that makes a folder of ours usable: it moves away what is
// in its place or above it, or opens that to us.
func fixOfFolder(dir string) string {
	at := dir
	info, err := os.Lstat(at)
	for err != nil && at != filepath.Dir(at) {
		at = filepath.Dir(at)
		info, err = os.Lstat(at)
	}
	switch {
	case err != nil:
		return ""
	case !info.IsDir() || !files.Ours(info):
		return "mv " + shell.Word(at) + " " + shell.Word(at+".moved")
	}
	return "chmod -R 'u+rwX,go-w' " + shell.Word(at)
}

// cacheNames are the names of all that the profiles may have in the cache.
func (x *examination) cacheNames() map[string]bool {
	used := map[string]bool{}
	for _, plan := range x.plans {
		used[session.ShortcutName(plan.Profile.Name, x.Config, x.Credentials, x.Defaults)] = true
		chain := plan.Chain
		if plan.Err != nil {
			continue
		}
		names := chain.Names()
		if chain[0].Kind == session.SSOToken {
			names = append(names, signin.Names(chain[0])...)
		}
		for _, name := range names {
			used[name] = true
		}
	}
	for _, name := range x.Files.SSOSessions() {
		if link, err := session.SSOSession(x.Files, name, x.Defaults); err == nil {
			for _, name := range signin.Names(link) {
				used[name] = true
			}
		}
	}
	return used
}
