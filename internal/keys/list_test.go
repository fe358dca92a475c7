package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/secret"
	"guise/session"
)

func (w *world) files() *awsconfig.Files {
	w.t.Helper()
	f, err := awsconfig.Read(w.config(), w.credentials())
	w.must(err)
	return f
}

func (w *world) list(iam func(context.Context, string) (IAM, error)) []Row {
	w.t.Helper()
	rows, err := w.keeper().List(w.t.Context(), w.files(), iam)
	w.must(err)
	return rows
}

// TestList: every access key that does not expire, and where it is.
func TestList(t *testing.T) {
	w := newModel(t, twoPlain+"\n[session]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n")
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	w.must(importing("ci")(t.Context(), w.keeper()))
	f := w.files()
	w.must(f.Adopt([]string{"ci2"}, awsconfig.AdoptOptions{Executable: program, KeepKeys: true}))
	is := f.Bytes()
	stored, plain := Row{Profile: "ci", ID: ciID, Place: "OS keyring"}, Row{Profile: "ci2", ID: ci2ID, Place: "file"}
	if got := w.list(nil); !reflect.DeepEqual(got, []Row{stored, plain}) {
		t.Errorf("%+v", got)
	}
	w.must(os.WriteFile(w.config(), is[0], 0o600), os.WriteFile(w.credentials(), is[1], 0o600))
	managed := plain
	managed.Place = "file (own section)"
	if got := w.list(nil); !reflect.DeepEqual(got, []Row{stored, managed}) {
		t.Errorf("%+v", got)
	}
	if got := newModel(t, "").list(nil); got == nil || len(got) > 0 {
		t.Errorf("%+v", got)
	}
}

// TestListProblem: a stored key that cannot be read is said to be so; one for which
// somebody would have to be asked is not.
func TestListProblem(t *testing.T) {
	w := newModel(t, onePair)
	w.key(ciID, ciText)
	w.isDown = true
	w.must(importing("ci")(t.Context(), w.keeper()))
	k := w.keeper()
	for name, c := range map[string]struct {
		err     error
		problem string
	}{"locked": {session.ErrNoPerson, ""}, "broken": {errBroken, "the secret of " + ciID + ": broken"}} {
		k.Vault = failing{k.Vault, c.err}
		rows, err := k.List(t.Context(), w.files(), func(context.Context, string) (IAM, error) { return iam{w}, nil })
		if err != nil || len(rows) != 1 || rows[0].Problem != c.problem || rows[0].State() != map[bool]string{true: "see below", false: rows[0].Status}[c.problem != ""] || (len(Notes(rows)) == 0) != (c.problem == "") || (rows[0].Created == "") != (c.problem != "") {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
}

// failing is a vault whose secrets cannot be read.
type failing struct {
	Vault
	err error
}

func (f failing) Get(context.Context, string) (text secret.Text, err error) { return text, f.err }

// TestListOnline: what IAM says of each key, as the user of its profile.
func TestListOnline(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.active[ciID] = false
	absent := errors.New("no session at hand")
	var as []string
	got := w.list(func(_ context.Context, profile string) (IAM, error) {
		as = append(as, profile)
		return iam{w}, nil
	})
	want := []Row{
		{Profile: "ci", ID: ciID, Place: "file", Created: "2026-01-01T00:00:00Z", Status: "inactive"},
		{Profile: "ci2", ID: ci2ID, Place: "file", Problem: "IAM does not know it"},
	}
	if !reflect.DeepEqual(got, want) || !slices.Equal(as, []string{"ci", "ci2"}) {
		t.Errorf("%+v as %q", got, as)
	}
	w.key(ci2ID, ci2Text)
	want[1] = Row{Profile: "ci2", ID: ci2ID, Place: "file", Created: "2026-01-01T00:00:00Z", Status: "active"}
	if got := w.list(func(context.Context, string) (IAM, error) { return iam{w}, nil }); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	for _, row := range w.list(func(context.Context, string) (IAM, error) { return nil, absent }) {
		if row.Problem != absent.Error() || row.Created+row.Status != "" {
			t.Errorf("%+v", row)
		}
	}
	w.at, w.how, w.steps = 1, refused, nil
	if key, err := Find(t.Context(), iam{w}, ciID); session.ReasonOf(err) != session.Unreachable || key.ID != "" {
		t.Errorf("%+v, %v", key, err)
	}
}

// TestListPending: what guise has not done with comes last.
func TestListPending(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	ctx, k := t.Context(), w.keeper()
	w.must(importing("ci", "ci2")(ctx, k), addingDevice(mfaSecret)(ctx, k))
	w.isDown = true
	for _, err := range []error{removing("ci")(ctx, k), removingDevice(ctx, k)} {
		if !errors.As(err, new(*PendingError)) {
			t.Error(err)
		}
	}
	w.must(w.keeper().Vault.Set(ctx, keyPrefix+"AKIAVAULT", secret.New("x")))
	got := w.list(nil)
	want := []Row{
		{Profile: "ci2", ID: ci2ID, Place: "OS keyring", Problem: "the secret of " + ci2ID + ": " + custody.ErrUnavailable.Error()},
		{Profile: "ci", ID: ciID, Place: "the OS keyring", Pending: "remove"},
		{ID: "AKIAVAULT", Place: "key store", Pending: "unused"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if _, err := k.List(ctx, w.files(), nil); err != nil {
		t.Error(err)
	}
	w.must(os.WriteFile(filepath.Join(k.Dir, ledgerFile), []byte("{}"), 0o600))
	if _, err := k.List(ctx, w.files(), nil); err == nil {
		t.Error("a ledger that cannot be read is an error")
	}
}

// TestUnfinishedRow: what is pending of a key in a row, the first thing first.
func TestUnfinishedRow(t *testing.T) {
	away := &UnseenError{ID: ciID, File: "/x", Err: os.ErrNotExist}
	for _, c := range []struct {
		of    Unfinished
		want  Row
		state string
		note  string
	}{
		{Unfinished{Profile: "p", ID: ciID, Rotating: true, Unseen: away, Pending: both()}, Row{Profile: "p", ID: ciID, Place: "key store", Pending: "rotate"}, "rotation interrupted", "p: …" + LastFour(ciID) + ": its rotation was interrupted: guise keys rotate p"},
		{Unfinished{ID: ciID, Unseen: away, Pending: both()}, Row{ID: ciID, Place: "key store", Pending: "unseen", Problem: "/x, whose profiles may use it, is not there"}, "see below", "…" + LastFour(ciID) + ": /x, whose profiles may use it, is not there"},
		{Unfinished{ID: ciID, Pending: both()}, Row{ID: ciID, Place: "the OS keyring, the vault", Pending: "remove"}, "to be removed", "…" + LastFour(ciID) + " is removed when the OS keyring, the vault answers: guise doctor --fix"},
		{Unfinished{ID: ciID}, Row{ID: ciID, Place: "key store", Pending: "unused"}, "no profile uses it", "…" + LastFour(ciID) + ": no profile uses it: guise keys remove " + ciID},
	} {
		got := c.of.row()
		if notes := Notes([]Row{got}); got != c.want || got.State() != c.state || !slices.Equal(notes, []string{c.note}) {
			t.Errorf("%+v: %+v, %q, %q", c.of, got, got.State(), notes)
		}
	}
	if got := (Row{Status: "active"}).State(); got != "active" {
		t.Error(got)
	}
}

// TestAge: in days that have passed whole.
func TestAge(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for created, want := range map[string]string{"": "", "soon": "", "2026-03-01T11:00:00Z": "0 days", "2026-02-28T12:00:00Z": "1 days", "2026-02-28T12:00:01Z": "0 days", "2025-03-01T12:00:00Z": "365 days"} {
		if got := (Row{Created: created}).Age(now); got != want {
			t.Errorf("%s: %q", created, got)
		}
	}
}

// TestMovable: the readable keys that do not expire.
func TestMovable(t *testing.T) {
	w := newModel(t, twoPlain+
		"\n[session]\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n"+
		"\n[short]\naws_access_key_id = ASIA2\naws_secret_access_key = s\nguise_expires = 2026-01-01T00:00:00Z\n")
	w.key(ciID, ciText)
	if got := Movable(w.files()); !slices.Equal(got, []string{"ci", "ci2"}) {
		t.Errorf("%q", got)
	}
	w.must(importing("ci")(t.Context(), w.keeper()))
	if got := Movable(w.files()); !slices.Equal(got, []string{"ci2"}) {
		t.Errorf("%q", got)
	}
}
