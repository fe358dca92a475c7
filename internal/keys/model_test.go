package keys

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/need"
	"guise/internal/secret"
)

const (
	ciID, ciText   = "AKIACI00000000000001", "secret-of-ci"
	ci2ID, ci2Text = "AKIACI00000000000002", "secret-of-ci2"
	device, seed   = "arn:aws:iam::111111111111:mfa/u", "SEED"
	twoPlain       = "[ci]\naws_access_key_id = " + ciID + "\naws_secret_access_key = " + ciText +
		"\n\n[ci2]\naws_access_key_id = " + ci2ID + "\naws_secret_access_key = " + ci2Text + "\n"
	onePlainTwice = "[ci]\naws_access_key_id = " + ciID + "\naws_secret_access_key = " + ciText +
		"\n\n[ci2]\naws_access_key_id = " + ciID + "\naws_secret_access_key = " + ciText + "\n"
	mistyped    = "\n[ci2]\naws_access_key_id = " + ciID + "\naws_secret_access_key = mistyped\n"
	secondWrong = "[ci]\naws_access_key_id = " + ciID + "\naws_secret_access_key = " + ciText +
		"\n\n[ci2]\naws_access_key_id = " + ci2ID + "\naws_secret_access_key = mistyped\n"
	program = "/usr/bin/guise"
)

// A story is a command in a state.
type story struct {
	name        string
	credentials string
	before      []func(context.Context, *Keeper) error
	command     func(context.Context, *Keeper) error
	// works are the profiles that work at every moment, and gone the secrets that are
	// in no store when the command has said that it is done.
	works []string
	gone  []string
	// liars are profiles whose endpoint is not AWS, and takes any key.
	liars map[string]string
	// stays are the secrets that are in a store at the end.
	stays []string
	fails bool // the command is refused, and leaves no trace
}

func importing(names ...string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.Move(ctx, true, func(f *awsconfig.Files, store StoreFunc) error {
			return f.Adopt(names, awsconfig.AdoptOptions{Executable: program, Store: store})
		})
		return err
	}
}

// writing adds text to the credentials file, as a user does.
func writing(text string) func(context.Context, *Keeper) error {
	return func(_ context.Context, k *Keeper) error {
		data, err := os.ReadFile(k.Credentials)
		return errors.Join(err, os.WriteFile(k.Credentials, append(data, text...), 0o600))
	}
}

func releasing(names ...string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.Return(ctx, names, func(f *awsconfig.Files, fetch FetchFunc) error {
			return f.Release(names, awsconfig.ReleaseOptions{Fetch: fetch})
		})
		return err
	}
}

func removing(what string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.Remove(ctx, what)
		return err
	}
}

func adding(profile, id, text string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.Add(ctx, profile, program, id, secret.New(text), false)
		return err
	}
}

func addingDevice(text string) func(context.Context, *Keeper) error {
	return func(ctx context.Context, k *Keeper) error {
		_, err := k.AddDevice(ctx, device, "", secret.New(text), true)
		return err
	}
}

func removingDevice(ctx context.Context, k *Keeper) error { return k.RemoveDevice(ctx, device) }

func (w *world) rotating(ctx context.Context, k *Keeper) error {
	_, err := k.Rotate(ctx, "ci", func(context.Context) (IAM, error) { return iam{w}, nil })
	return err
}

func stories() []story {
	type does = func(context.Context, *Keeper) error
	return []story{
		{name: "add", command: adding("new", ciID, ciText), stays: []string{keyPrefix + ciID}},
		{name: "add a key that another profile has", credentials: twoPlain, before: []does{importing("ci")}, command: adding("new", ciID, ciText), works: []string{"ci", "ci2"}, stays: []string{keyPrefix + ciID}},
		{name: "import", credentials: twoPlain, command: importing("ci", "ci2"), works: []string{"ci", "ci2"}, stays: []string{keyPrefix + ciID, keyPrefix + ci2ID}},
		{name: "import one key of two profiles", credentials: onePlainTwice, command: importing("ci", "ci2"), works: []string{"ci", "ci2"}, stays: []string{keyPrefix + ciID}},
		{name: "release", credentials: twoPlain, before: []does{importing("ci", "ci2")}, command: releasing("ci", "ci2"), works: []string{"ci", "ci2"}, gone: []string{keyPrefix + ciID, keyPrefix + ci2ID}},
		{name: "release one of two that share a key", credentials: onePlainTwice, before: []does{importing("ci", "ci2")}, command: releasing("ci"), works: []string{"ci", "ci2"}, stays: []string{keyPrefix + ciID}},
		{name: "remove", credentials: twoPlain, before: []does{importing("ci", "ci2")}, command: removing("ci"), works: []string{"ci2"}, gone: []string{keyPrefix + ciID}, stays: []string{keyPrefix + ci2ID}},
		{name: "remove from one of two that share a key", credentials: onePlainTwice, before: []does{importing("ci", "ci2")}, command: removing("ci"), works: []string{"ci2"}, stays: []string{keyPrefix + ciID}},
		{name: "rotate", credentials: strings.Split(twoPlain, "\n\n")[0] + "\n", before: []does{importing("ci")}, works: []string{"ci"}, gone: []string{keyPrefix + ciID}},
		{name: "import another secret of a stored key", credentials: strings.Split(twoPlain, "\n\n")[0] + "\n", before: []does{importing("ci"), writing(mistyped)}, command: importing("ci2"), works: []string{"ci"}, stays: []string{keyPrefix + ciID}, fails: true},
		{name: "import two keys, of which one does not work", credentials: secondWrong, command: importing("ci", "ci2"), works: []string{"ci"}, gone: []string{keyPrefix + ciID, keyPrefix + ci2ID}, fails: true},
		{name: "rotate beside a key that guise did not make", credentials: twoPlain, before: []does{importing("ci")}, works: []string{"ci"}, stays: []string{keyPrefix + ciID}, fails: true},
		{name: "import what works at another endpoint", credentials: onePair, before: []does{importing("ci"), writing(mistyped)}, liars: map[string]string{"ci2": liar}, command: importing("ci2"), works: []string{"ci"}, stays: []string{keyPrefix + ciID}, fails: true},
		{name: "add a device", command: addingDevice(seed), stays: []string{devicePrefix + device}},
		{name: "replace a device", before: []does{addingDevice("OLD")}, command: addingDevice(seed), stays: []string{devicePrefix + device}},
		{name: "remove a device", before: []does{addingDevice(seed)}, command: removingDevice, gone: []string{devicePrefix + device}},
	}
}

// setups are which stores there are: the state before a story is made with the first
// of each, the story is told with the second.
func setups() map[string][2]bool { // whether the OS keyring does not answer
	return map[string][2]bool{"keyring": {false, false}, "vault": {true, true}, "keyring, then vault": {false, true}, "vault, then keyring": {true, false}}
}

// TestLaws: whichever step of a command goes wrong, in whichever way, no secret is
// lost, none is left where guise said that it is gone, and the next run ends what was
// begun: the same command, or any other change of keys.
func TestLaws(t *testing.T) {
	var runs atomic.Int64
	t.Cleanup(func() { t.Logf("%d faults", runs.Load()) })
	if !need.Everything() {
		t.Log("left to CI: all but one of the ways in which a step may go wrong, with other stores another; all but one of the commands that may be the next")
	}
	for _, s := range stories() {
		for setup, downs := range setups() {
			t.Run(s.name+", "+setup, func(t *testing.T) {
				t.Parallel()
				start := begin(t, s, downs)
				clean := start.clone(t)
				err, _ := clean.run(clean.told(s))
				if (err != nil) != s.fails && !onlyPending(err) && !clean.isDown {
					t.Fatalf("with no fault: %v", err)
				}
				clean.holds(s, err, false, t.Fatalf)
				shift := slices.Index([][2]bool{{false, false}, {true, false}, {false, true}, {true, true}}, downs)
				for at := 1; at <= len(clean.steps); at++ {
					for how := killed; how <= unanswering; how++ {
						nexts := []string{"again", "settle"}
						if how >= refused {
							nexts = append(nexts, "later")
						}
						if !need.Everything() || need.Sample() { // each step goes wrong in one of the ways, with other stores in another
							if int(how) != 1+(at+shift)%int(unanswering) {
								continue
							}
							nexts = nexts[(at/int(unanswering)+shift)%len(nexts):][:1]
						}
						for _, next := range nexts {
							w := start.clone(t)
							w.at, w.how = at, how
							what := fmt.Sprintf("%s %d (%s), then %s", how, at, clean.steps[at-1], next)
							if !w.judge(s, what, next) {
								t.Fatalf("steps: %s", strings.Join(clean.steps, "; "))
							}
							runs.Add(1)
						}
					}
				}
			})
		}
	}
}

// begin makes the state that a story begins in.
func begin(t *testing.T, s story, downs [2]bool) *world {
	t.Helper()
	w := newModel(t, s.credentials)
	w.key(ciID, ciText)
	if s.name != "rotate" {
		w.key(ci2ID, ci2Text)
	}
	w.isDown, w.liars = downs[0], s.liars
	for _, do := range s.before {
		if err, _ := w.run(func(k *Keeper) error { return do(t.Context(), k) }); err != nil {
			t.Fatal(err)
		}
	}
	w.isDown = downs[1]
	return w
}

func (w *world) told(s story) func(*Keeper) error {
	command := s.command
	if command == nil {
		command = w.rotating
	}
	return func(k *Keeper) error { return command(w.t.Context(), k) }
}

func onlyPending(err error) bool { return errors.As(err, new(*PendingError)) }

// judge runs a story with its fault, then the next run with stores that answer, and
// holds the laws against each. It reports whether they hold.
func (w *world) judge(s story, what, next string) bool {
	ok := true
	fail := func(format string, args ...any) {
		ok = false
		w.t.Errorf("%s: %s", what, fmt.Sprintf(format, args...))
	}
	err, died := w.run(w.told(s))
	w.holds(s, err, died, fail)
	if !ok {
		return false
	}
	if next == "later" { // the next run is like this one, and the stores answer only after that
		err, _ := w.run(w.told(s))
		if w.holds(s, err, false, fail); !ok {
			return false
		}
	}
	w.isDown = false
	what += "; the next run"
	if next == "settle" {
		if err, _ := w.run(func(k *Keeper) error { return k.Settle(w.t.Context()) }); err != nil {
			fail("%v", err)
		}
		w.holds(s, errBroken, false, fail)
		return ok
	}
	err, _ = w.run(w.told(s))
	switch foreign, ok := errors.AsType[*ForeignKeyError](err); {
	case ok && foreign.Interrupted && s.name == "rotate":
		w.holds(s, err, false, fail) // it is for the user to say whose it is
		return ok
	case errors.Is(err, ErrNotStored), errors.Is(err, ErrNoDevice): // it was done already
	case (err != nil) != s.fails:
		fail("%v", err)
	}
	w.holds(s, nil, false, fail)
	w.ended(s, fail)
	return ok
}

// holds is what is true after every run, however it ended.
func (w *world) holds(s story, err error, died bool, fail func(string, ...any)) {
	held := w.held()
	right := map[string]string{devicePrefix + device: seed, keyPrefix + ciID: ciText, keyPrefix + ci2ID: ci2Text}
	for id, text := range w.aws {
		right[keyPrefix+id] = text
	}
	for _, profile := range s.works {
		id := w.idOf(profile)
		if text, err := w.secretOf(profile); err != nil || id == "" || w.aws[id] != text || !w.active[id] {
			fail("%s does not work: %q has %q, %v", profile, id, text, err)
		}
	}
	if err == nil && !died {
		for _, name := range s.gone {
			if len(held[name]) > 0 {
				fail("it said that it is done, and %s is still stored", name)
			}
		}
	}
	unfinished, failed := w.keeper().Unfinished()
	if failed != nil {
		fail("%v", failed)
	}
	for name, texts := range held {
		for _, text := range texts {
			if want := right[name]; want != text && !(text == "OLD" && name == devicePrefix+device) && !strings.HasPrefix(text, "made-") {
				fail("%s is stored as %q", name, text)
			}
		}
		id, isKey := strings.CutPrefix(name, keyPrefix)
		listed := slices.ContainsFunc(unfinished, func(u Unfinished) bool { return isKey && (u.ID == id || u.Rotating) || !isKey && u.Serial == device })
		if isKey && !listed && !w.relied(id) {
			fail("nobody relies on %s, which is stored, and nothing says so", name)
		}
		if !isKey && !listed && !slices.Contains(w.keeper().Devices(), device) {
			fail("%s is stored, and nothing says so", name)
		}
	}
	if onlyPending(err) && len(unfinished) == 0 {
		fail("something is pending, and nothing is listed")
	}
	if s.name == "rotate" && len(w.user) == 0 {
		fail("AWS has no key of the user")
	}
}

// relied reports whether a profile relies on the stores for a key.
func (w *world) relied(id string) bool {
	k := w.keeper()
	a, err := k.uses(k.peek(), id)
	w.must(err)
	return a.used()
}

// ended is what is true when a story has come to its end.
func (w *world) ended(s story, fail func(string, ...any)) {
	held := w.held()
	for _, name := range s.stays {
		if len(held[name]) != 1 {
			fail("%s is stored %d times", name, len(held[name]))
		}
	}
	if texts := held[devicePrefix+device]; s.name == "replace a device" && !slices.Equal(texts, []string{seed}) {
		fail("the MFA secret is %q", texts)
	}
	if unfinished, err := w.keeper().Unfinished(); err != nil || len(unfinished) > 0 {
		fail("still unfinished: %+v %v", unfinished, err)
	}
	for name, r := range w.keeper().peek().Secrets {
		if r.Begun || len(r.RemoveFrom) > 0 {
			fail("the ledger: %s %+v", name, *r)
		}
	}
	if s.fails && (len(w.user) != len(w.aws) || w.made > 0) {
		fail("AWS has %q", w.user)
	}
	if s.name == "rotate" && (len(w.user) != 1 || w.user[0] == ciID) {
		fail("AWS has %q", w.user)
	}
	if s.name == "add" || strings.HasPrefix(s.name, "add a key") {
		if text, err := w.secretOf("new"); err != nil || text != ciText {
			fail("new has %q %v", text, err)
		}
	}
}
