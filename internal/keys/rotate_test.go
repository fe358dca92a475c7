package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/secret"
	"guise/session"
)

// told is AWS's side with answers of the test's own: an error in the place of what
// was asked for, by the action and how often that was asked before.
type told struct {
	iam
	answer func(action string, before int) error
	asked  map[string]int
}

func (i told) ask(action string, do func() error) error {
	before := i.asked[action]
	i.asked[action]++
	if err := i.answer(action, before); err != nil {
		return err
	}
	return do()
}

func (i told) AccessKeys(ctx context.Context) (all []awsapi.AccessKey, err error) {
	err = i.ask("list", func() error { all, err = i.iam.AccessKeys(ctx); return err })
	return all, err
}

func (i told) CreateAccessKey(ctx context.Context) (id string, key secret.Text, err error) {
	err = i.ask("create", func() error { id, key, err = i.iam.CreateAccessKey(ctx); return err })
	return id, key, err
}

func (i told) DeactivateAccessKey(ctx context.Context, id string) error {
	return i.ask("deactivate", func() error { return i.iam.DeactivateAccessKey(ctx, id) })
}

func (i told) DeleteAccessKey(ctx context.Context, id string) error {
	return i.ask("delete", func() error { return i.iam.DeleteAccessKey(ctx, id) })
}

func refusal(code string) error {
	return &session.APIError{Op: "X", Code: code, Reason: session.Refused}
}

// toRotate is a profile with a stored key, and a user at AWS who answers.
func toRotate(t *testing.T, answer func(action string, before int) error) (w *world, asked map[string]int, rotate func(*Keeper) error) {
	t.Helper()
	w = newModel(t, onePair)
	w.key(ciID, ciText)
	w.must(importing("ci")(t.Context(), w.keeper()))
	asked = map[string]int{}
	return w, asked, func(k *Keeper) error {
		_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) {
			if err := (told{iam{w}, answer, asked}).ask("open", func() error { return nil }); err != nil {
				return nil, err
			}
			return told{iam{w}, answer, asked}, nil
		})
		return err
	}
}

func (w *world) isRotating() bool {
	all, err := w.keeper().Unfinished()
	w.must(err)
	return slices.ContainsFunc(all, func(u Unfinished) bool { return u.Rotating && u.Profile == "ci" && u.ID == ciID })
}

// works fails where the profile does not have a key that AWS takes.
func (w *world) works(what string) {
	w.t.Helper()
	id := w.idOf("ci")
	if text, err := w.secretOf("ci"); err != nil || w.aws[id] != text || !w.active[id] {
		w.t.Errorf("%s: %q has %q, %v", what, id, text, err)
	}
}

// TestRotateRefused: a call that makes a key and that AWS has refused has made none; of
// one that may have been done a note stays, and the next rotation goes on from there.
func TestRotateRefused(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		note bool
	}{
		"refused":                  {refusal("LimitExceeded"), false},
		"an error of AWS's own":    {refusal("ServiceFailure"), true},
		"unavailable":              {refusal("ServiceUnavailable"), true},
		"a timeout":                {refusal("RequestTimeout"), true},
		"no code":                  {refusal(""), true},
		"no answer":                {&session.APIError{Op: "X", Code: "Reset", Reason: session.Unreachable}, true},
		"an answer that is no XML": {errors.New("not XML"), true},
	} {
		fails := true
		w, _, rotate := toRotate(t, func(action string, _ int) error {
			if action == "create" && fails {
				return c.err
			}
			return nil
		})
		if err := rotate(w.keeper()); !errors.Is(err, c.err) || w.made > 0 {
			t.Errorf("%s: %v", name, err)
		}
		if w.isRotating() != c.note {
			t.Errorf("%s: a note stays: %v", name, !c.note)
		}
		w.works(name)
		fails = false
		w.user = append(w.user, "AKIAUNKNOWN") // perhaps the one that was made
		err := rotate(w.keeper())
		foreign, ok := errors.AsType[*ForeignKeyError](err)
		if !ok || foreign.Interrupted != c.note || strings.Contains(err.Error(), "interrupted") != c.note || len(w.user) != 2 {
			t.Errorf("%s: %v", name, err)
		}
		if w.isRotating() != c.note {
			t.Errorf("%s: after a foreign key, a note stays: %v", name, !c.note)
		}
		w.user = w.user[:1]
		if err := rotate(w.keeper()); err != nil || w.idOf("ci") == ciID || w.isRotating() || len(w.user) != 1 {
			t.Errorf("%s, then again: %v; AWS has %q", name, err, w.user)
		}
		w.works(name)
	}
}

// TestRotateSignsInAgain: the session of before may go with the old key; that the key
// is gone already is as good as deleting it.
func TestRotateSignsInAgain(t *testing.T) {
	expired := refusal("InvalidClientTokenId")
	at := func(action string, times ...int) func(string, int) error {
		return func(asked string, before int) error {
			if asked == action && slices.Contains(times, before) {
				return expired
			}
			return nil
		}
	}
	for name, c := range map[string]struct {
		answer func(string, int) error
		opened int
		ok     bool
	}{
		"all goes well":              {at("none"), 1, true},
		"cannot sign in":             {at("open", 0), 1, false},
		"cannot list first":          {at("list", 0), 1, false},
		"cannot list when switched":  {at("list", 1), 2, true},
		"cannot sign in then":        {func(a string, n int) error { return errors.Join(at("list", 1)(a, n), at("open", 1)(a, n)) }, 2, false},
		"cannot list, twice":         {at("list", 1, 2), 2, false},
		"cannot deactivate":          {at("deactivate", 0), 1, false},
		"cannot delete":              {at("delete", 0), 2, true},
		"cannot delete, twice":       {at("delete", 0, 1), 2, false},
		"cannot delete, nor sign in": {func(a string, n int) error { return errors.Join(at("delete", 0)(a, n), at("open", 1)(a, n)) }, 2, false},
		"cannot look":                {at("list", 2), 2, true},
		"cannot look, twice":         {at("list", 2, 3), 2, false},
		"cannot look, nor sign in":   {func(a string, n int) error { return errors.Join(at("list", 2)(a, n), at("open", 1)(a, n)) }, 2, false},
	} {
		w, asked, rotate := toRotate(t, c.answer)
		err := rotate(w.keeper())
		if (err == nil) != c.ok || !c.ok && !errors.Is(err, expired) || asked["open"] != c.opened {
			t.Errorf("%s: %v; signed in %d times", name, err, asked["open"])
		}
		w.works(name)
		if err := rotate(w.keeper()); !c.ok && err != nil || w.isRotating() || len(w.user) != 1 || len(w.held()) != 1 || w.user[0] == ciID {
			t.Errorf("%s, then again: %v; AWS has %q, the stores %v", name, err, w.user, w.held())
		}
		w.works(name + ", then again")
	}
	for code, want := range map[string]bool{"NoSuchEntity": true, "AccessDenied": false} {
		w, asked, rotate := toRotate(t, func(string, int) error { return nil })
		k := w.keeper()
		_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) {
			return told{iam{w}, func(action string, _ int) error {
				if action != "delete" {
					return nil
				}
				_ = iam{w}.DeleteAccessKey(t.Context(), ciID) // somebody else was faster
				return refusal(code)
			}, asked}, nil
		})
		if (err == nil) != want {
			t.Errorf("%s: %v", code, err)
		}
		if err := rotate(w.keeper()); err != nil {
			t.Errorf("%s, then again: %v", code, err)
		}
	}
}

// TestRotateWaits: a key that is new is not known everywhere at once, and one that is
// deleted not gone everywhere: both for a minute, and no longer.
func TestRotateWaits(t *testing.T) {
	for name, c := range map[string]struct {
		reason session.Reason
		times  int
		waited time.Duration // at most
		ok     bool
	}{
		"known at once":    {session.BadSource, 0, 0, true},
		"known later":      {session.BadSource, 5, 10 * time.Second, true},
		"known at the end": {session.BadSource, 30, time.Minute, true},
		"never known":      {session.BadSource, 1000, 70 * time.Second, false},
		"denied":           {session.Denied, 1, 0, false},
	} {
		w, _, rotate := toRotate(t, func(string, int) error { return nil })
		k, tries, began := w.keeper(), 0, w.now
		k.Try = func(ctx context.Context, profile, id string, key secret.Text) (string, error) {
			if id != ciID && tries < c.times {
				tries++
				return "", &session.APIError{Op: "GetCallerIdentity", Code: "X", Reason: c.reason}
			}
			return w.try(ctx, profile, id, key)
		}
		err := rotate(k)
		if waited := w.now.Sub(began); (err == nil) != c.ok || waited > c.waited || c.times > 1 && waited < c.waited/2 {
			t.Errorf("%s: %v after %s", name, err, waited)
		}
		if id := w.idOf("ci"); (id == ciID) == c.ok || !c.ok && !w.active[ciID] {
			t.Errorf("%s: the profile has %s", name, id)
		}
		w.works(name)
		if err := rotate(w.keeper()); !c.ok && err != nil || len(w.user) != 1 {
			t.Errorf("%s, then again: %v; AWS has %q", name, err, w.user)
		}
	}
	for listed, ok := range map[int]bool{0: true, 3: true, 1000: false} {
		w, _, rotate := toRotate(t, func(string, int) error { return nil })
		began, seen := w.now, 0
		_, err := w.keeper().Rotate(t.Context(), "ci", func(context.Context) (IAM, error) {
			return lingering{iam{w}, &seen, listed}, nil
		})
		if (err == nil) != ok || !ok && !strings.Contains(err.Error(), "0001") || w.now.Sub(began) > 70*time.Second {
			t.Errorf("listed %d times more: %v", listed, err)
		}
		w.works("listed")
		if err := rotate(w.keeper()); !ok && err != nil || w.isRotating() {
			t.Errorf("then again: %v", err)
		}
	}
	stopped := errors.New("stopped")
	for _, how := range []string{"known", "gone"} {
		w, _, _ := toRotate(t, func(string, int) error { return nil })
		k, seen := w.keeper(), 0
		k.Sleep = func(context.Context, time.Duration) error { return stopped }
		if how == "known" {
			k.Try = func(context.Context, string, string, secret.Text) (string, error) {
				return "", &session.APIError{Op: "X", Code: "X", Reason: session.BadSource}
			}
		}
		_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) { return lingering{iam{w}, &seen, 9}, nil })
		if !errors.Is(err, stopped) {
			t.Errorf("%s: %v", how, err)
		}
		w.works(how)
	}
}

// lingering still lists a deleted key some times.
type lingering struct {
	iam
	seen  *int
	times int
}

func (i lingering) AccessKeys(ctx context.Context) ([]awsapi.AccessKey, error) {
	all, err := i.iam.AccessKeys(ctx)
	if _, there := i.w.aws[ciID]; !there && *i.seen < i.times {
		*i.seen++
		all = append(all, awsapi.AccessKey{ID: ciID})
	}
	return all, err
}

// TestRotateKeepsTheOld key where the new one is not in use: deactivated by somebody,
// or the files could not be written, or say something else.
func TestRotateKeepsTheOld(t *testing.T) {
	full := errors.New("no space left")
	for name, c := range map[string]struct {
		spoil func(*world, *Keeper)
		iam   func(*world) IAM
		says  string
	}{
		"deactivated": {func(*world, *Keeper) {}, func(w *world) IAM { return off{iam{w}} }, "is not active"},
		"a full disk": {func(_ *world, k *Keeper) {
			k.Rewrite = func(func(*awsconfig.Files) error) (bool, error) { return false, full }
		}, nil, full.Error()},
		"not switched": {func(_ *world, k *Keeper) {
			k.Rewrite = func(func(*awsconfig.Files) error) (bool, error) { return true, nil }
		}, nil, "was changed meanwhile"},
	} {
		w, _, rotate := toRotate(t, func(string, int) error { return nil })
		k := w.keeper()
		c.spoil(w, k)
		_, err := k.Rotate(t.Context(), "ci", func(context.Context) (IAM, error) {
			if c.iam != nil {
				return c.iam(w), nil
			}
			return iam{w}, nil
		})
		if err == nil || !strings.Contains(err.Error(), c.says) || !w.active[ciID] || !w.isRotating() {
			t.Errorf("%s: %v; AWS has %v", name, err, w.active)
		}
		w.works(name)
		if err := rotate(w.keeper()); err != nil || len(w.user) != 1 || len(w.held()) != 1 || w.made != 1 {
			t.Errorf("%s, then again: %v; AWS has %q", name, err, w.user)
		}
	}
}

// off lists keys that guise has made as not active.
type off struct{ iam }

func (i off) AccessKeys(ctx context.Context) ([]awsapi.AccessKey, error) {
	all, err := i.iam.AccessKeys(ctx)
	for n := range all {
		all[n].Active = all[n].ID == ciID
	}
	return all, err
}

// TestRotateNothing: what has no stored key is not rotated, and neither is a profile
// that was given another key in the middle of a rotation.
func TestRotateNothing(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx := t.Context()
	for profile, want := range map[string]func(error) bool{
		"none":  func(err error) bool { return errors.As(err, new(*awsconfig.NoProfileError)) },
		"other": func(err error) bool { return errors.Is(err, ErrNotStored) },
		"ci":    func(err error) bool { return errors.Is(err, ErrNotStored) },
	} {
		_, err := w.keeper().Rotate(ctx, profile, func(context.Context) (IAM, error) { t.Error("signed in"); return iam{w}, nil })
		if !want(err) {
			t.Errorf("%s: %v", profile, err)
		}
	}
	w, _, rotate := toRotate(t, func(action string, _ int) error {
		if action == "create" {
			return errors.New("no answer")
		}
		return nil
	})
	if err := rotate(w.keeper()); err == nil || !w.isRotating() {
		t.Error(err)
	}
	w.aws[ci2ID], w.active[ci2ID] = ci2Text, true
	k := w.keeper()
	_, err := k.Rewrite(func(f *awsconfig.Files) error { f.RemoveStoredKey("ci"); return nil })
	w.must(err, adding("ci", ci2ID, ci2Text)(ctx, k))
	if err := rotate(w.keeper()); err == nil || !strings.Contains(err.Error(), "guise keys remove "+ciID) || w.idOf("ci") != ci2ID {
		t.Error(err)
	}
	w.works("another key")
	// And that is what ends it.
	w.must(removing("ci")(ctx, w.keeper()))
	if all, err := w.keeper().Unfinished(); err != nil || len(all) > 0 || len(w.held()) > 0 {
		t.Errorf("%+v %v; the stores have %v", all, err, w.held())
	}
}

// TestRotateFromAnEarlierNote: a rotation that a guise without a ledger began is ended,
// wherever it was interrupted.
func TestRotateFromAnEarlierNote(t *testing.T) {
	const made = "AKIAMADE999999999999"
	for name, c := range map[string]struct {
		note         string
		atAWS, store bool
		ok           bool
		want         string // the profile's key in the end; empty: one that is made now
	}{
		"nothing made":                {`{"Old":"` + ciID + `"}`, false, false, true, ""},
		"made and stored, not noted":  {`{"Old":"` + ciID + `","Making":"2026-01-01T00:00:00Z"}`, true, true, true, made},
		"made and noted":              {`{"Old":"` + ciID + `","New":"` + made + `"}`, true, true, true, made},
		"made, not stored, not noted": {`{"Old":"` + ciID + `","Making":"2026-01-01T00:00:00Z"}`, true, false, false, ciID},
		"made and noted, not stored":  {`{"Old":"` + ciID + `","New":"` + made + `"}`, true, false, true, ""},
		"of another key":              {`{"Old":"AKIAX","New":"` + made + `"}`, true, true, false, ciID},
		"not readable":                {`{"Old":`, true, true, false, ciID},
	} {
		w, _, rotate := toRotate(t, func(string, int) error { return nil })
		k := w.keeper()
		note := filepath.Join(k.Dir, "rotate-"+hexName("ci")+".json")
		w.must(os.WriteFile(note, []byte(c.note), 0o600))
		if c.atAWS {
			w.key(made, "made-before")
		}
		if c.store {
			w.ring[keyPrefix+made] = "made-before"
		}
		err := rotate(k)
		foreign, ok := errors.AsType[*ForeignKeyError](err)
		if (err == nil) != c.ok || !c.ok && (!ok || foreign.ID != made) {
			t.Errorf("%s: %v", name, err)
		}
		if id := w.idOf("ci"); id != c.want && (c.want != "" || id == ciID || id == made) || c.ok && !slices.Equal(w.user, []string{id}) || !c.ok && len(w.user) != 2 {
			t.Errorf("%s: the profile has %s, AWS has %q", name, id, w.user)
		}
		w.works(name)
		if _, err := os.Stat(note); c.ok && err == nil {
			t.Errorf("%s: the note is there still", name)
		}
	}
}

// deaf is a keyring that takes a secret and does not have it afterwards.
type deaf struct{ ring }

func (deaf) Set(string, secret.Text) error { return nil }

// TestRotateForgotten: a key that a store does not give back is not stored, and what
// relies on it is not changed: a new key of a rotation is deleted at AWS again, by this
// run or the next.
func TestRotateForgotten(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	k := w.keeper()
	k.Keyring = deaf{ring{w}}
	for _, do := range []func(context.Context, *Keeper) error{importing("ci"), adding("new", ciID, ciText)} {
		if err := do(t.Context(), k); err == nil {
			t.Error("nothing is said")
		}
		if data, err := os.ReadFile(w.credentials()); err != nil || string(data) != onePair || w.idOf("new") != "" {
			t.Errorf("changed: %s %v", data, err)
		}
	}
	for code, deleted := range map[string]bool{"": true, "NoSuchEntity": true, "AccessDenied": false} {
		w, _, rotate := toRotate(t, func(action string, before int) error {
			if action == "delete" && before == 0 && code != "" {
				return refusal(code)
			}
			return nil
		})
		k := w.keeper()
		k.Keyring = deaf{ring{w}}
		if err := rotate(k); err == nil || w.idOf("ci") != ciID || w.made != 1 {
			t.Errorf("%q: %v", code, err)
		}
		if w.isRotating() == deleted {
			t.Errorf("%q: a note stays: %v", code, !deleted)
		}
		w.works(code)
		if code == "NoSuchEntity" {
			w.user = w.user[:1] // as AWS says
		}
		if err := rotate(w.keeper()); err != nil || len(w.user) != 1 || w.user[0] == ciID || len(w.held()) != 1 {
			t.Errorf("%q, then again: %v; AWS has %q", code, err, w.user)
		}
		w.works(code + ", then again")
	}
}

// TestRotateOnAFullDisk: whichever write of the ledger fails, alone or with all that
// follow, the profile works, and the next run leaves one key at AWS and one stored.
func TestRotateOnAFullDisk(t *testing.T) {
	full := errors.New("no space left")
	for _, forGood := range []bool{true, false} {
		for n := 1; ; n++ {
			w, _, rotate := toRotate(t, func(string, int) error { return nil })
			k, writes := w.keeper(), 0
			write := k.Write
			k.Write = func(path string, data []byte) error {
				if writes++; writes == n || forGood && writes > n {
					return full
				}
				return write(path, data)
			}
			err := rotate(k)
			if writes < n {
				break
			}
			w.works("full")
			if len(w.user) > 1 && !w.isRotating() {
				t.Errorf("write %d: %v; nobody knows of a key of AWS's %q", n, err, w.user)
			}
			if again := rotate(w.keeper()); again != nil || len(w.user) != 1 || len(w.held()) != 1 || w.isRotating() {
				t.Errorf("write %d: %v, then again %v; AWS has %q, the stores %v", n, err, again, w.user, w.held())
			}
			w.works("again")
		}
	}
}
