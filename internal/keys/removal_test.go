package keys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"guise/internal/awsconfig"
)

// TestRemovalWords: what is asked before a removal, and said after it.
func TestRemovalWords(t *testing.T) {
	away := &UnseenError{ID: ciID, File: "/x", Err: fs.ErrNotExist}
	for _, c := range []struct {
		of             Removal
		question, done string
	}{
		{
			Removal{Profile: "ci", ID: ciID},
			"remove the access key …0001 of ci (guise's copy may be the only one)",
			"the access key …0001 is removed from the key store; AWS knows it until you delete it there",
		},
		{
			Removal{ID: ciID},
			"remove the access key …0001 of " + ciID + " (guise's copy may be the only one)",
			"the access key …0001 is removed from the key store; AWS knows it until you delete it there",
		},
		{
			Removal{Profile: "ci", ID: ciID, Others: []string{"a"}},
			"take the access key …0001 out of ci (a uses it: its secret stays)",
			"it no longer has the access key …0001; its secret stays in the key store, since a uses it",
		},
		{
			Removal{Profile: "ci", ID: ciID, Others: []string{"a", "b"}},
			"take the access key …0001 out of ci (a, b use it: its secret stays)",
			"it no longer has the access key …0001; its secret stays in the key store, since a, b use it",
		},
		{
			Removal{Profile: "ci", ID: ciID, Others: []string{"a"}, Unseen: away},
			"take the access key …0001 out of ci (its secret stays: /x, whose profiles may use it, is not there)",
			"it no longer has that access key; the secret of the access key …0001 stays in the key store: /x, whose profiles may use it, is not there",
		},
		{
			Removal{ID: ciID, Unseen: away},
			"remove the secret of the access key …0001 (/x, whose profiles may use it, is not there)",
			"the access key …0001 is removed from the key store; AWS knows it until you delete it there",
		},
	} {
		if got := c.of.Question(); got != c.question {
			t.Errorf("%+v: %s", c.of, got)
		}
		if got := c.of.Done(); got != c.done {
			t.Errorf("%+v: %s", c.of, got)
		}
	}
}

// TestSourceOf: a removal says which profiles it leaves without credentials, before it
// is made and after.
func TestSourceOf(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	w.key(ci2ID, ci2Text)
	ctx := t.Context()
	w.must(importing("ci", "ci2")(ctx, w.keeper()))
	for what, want := range map[string][]string{"ci": {"other"}, "ci2": nil} {
		r, err := w.keeper().Removal(what)
		if err != nil || !slices.Equal(r.SourceOf, want) {
			t.Errorf("%s: %q, %v", what, r.SourceOf, err)
		}
		if r, err = w.keeper().Remove(ctx, what); err != nil || !slices.Equal(r.SourceOf, want) {
			t.Errorf("%s: %q, %v", what, r.SourceOf, err)
		}
	}
}

// TestNotStoredSaysWhere: an error tells a key that is readable in the files, and can be
// moved, from none at all.
func TestNotStoredSaysWhere(t *testing.T) {
	w := newModel(t, onePair)
	for what, in := range map[string]awsconfig.KeyPlace{"ci": awsconfig.KeysPlain, "other": awsconfig.KeysNone} {
		_, looked := w.keeper().Removal(what)
		_, rotated := w.keeper().Rotate(t.Context(), what, nil)
		for _, err := range []error{looked, rotated} {
			if e, ok := errors.AsType[*NotStoredError](err); !ok || e.In != in || (e.Line > 0) != (in == awsconfig.KeysPlain) || !errors.Is(err, ErrNotStored) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

// TestKeeperBackUp: the copy is that of the credentials file, and it matters only if it
// holds secrets.
func TestKeeperBackUp(t *testing.T) {
	for text, holds := range map[string]bool{onePair: true, "[ci]\nAWS_Secret_Access_Key = x\n": true, "[ci]\nregion = eu-west-1\n": false} {
		w := newModel(t, text)
		path := filepath.Join(w.dir, "copy")
		got, err := w.keeper().BackUp(path)
		data, _ := os.ReadFile(path)
		if err != nil || got != holds || string(data) != text {
			t.Errorf("%q: %v, %v, %q", text, got, err, data)
		}
		if _, err := w.keeper().BackUp(w.config()); err == nil {
			t.Error("a backup was written over another file")
		}
		w.must(os.Remove(w.credentials()))
		if got, err := w.keeper().BackUp(path + "2"); got || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v, %v", got, err)
		}
	}
}
