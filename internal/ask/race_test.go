package ask

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/files"
	"guise/internal/secret"
)

// TestFirst: the first answer, or no, counts, and the other ways are closed.
func TestFirst(t *testing.T) {
	answers := func(text string, after time.Duration) Channel {
		return Channel{Ask: func(ctx context.Context) (secret.Text, error) {
			select {
			case <-time.After(after):
				return secret.New(text), nil
			case <-ctx.Done():
				return secret.Text{}, ErrCancelled // as the terminal does
			}
		}}
	}
	fails := func(err error) Channel {
		return Channel{Ask: func(context.Context) (secret.Text, error) { return secret.Text{}, err }}
	}
	gone := errors.New("gone")
	for i, c := range []struct {
		channels []Channel
		text     string
		err      error
	}{
		{[]Channel{answers("a", time.Hour), answers("b", 0)}, "b", nil},
		{[]Channel{fails(gone), answers("b", time.Millisecond)}, "b", nil},
		{[]Channel{fails(ErrCancelled), answers("b", time.Hour)}, "", ErrCancelled},
		{[]Channel{fails(gone), fails(gone)}, "", gone},
		{nil, "", nil},
	} {
		text, err := First(t.Context(), c.channels...)
		if text.Reveal() != c.text || !errors.Is(err, c.err) {
			t.Errorf("%d: %q %v", i, text.Reveal(), err)
		}
	}
	// A way that is to come later comes at once where the one before is gone.
	later := answers("late", 0)
	later.After = time.Hour
	if text, err := First(t.Context(), fails(gone), later); text.Reveal() != "late" || err != nil {
		t.Errorf("%v %v", text.Reveal(), err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := First(ctx, answers("never", time.Hour)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// TestRoom: a request is there while its process is, and once.
func TestRoom(t *testing.T) {
	room := Room{Folders: []files.Folder{{Root: t.TempDir(), Below: "room"}}}
	q := Request{ID: "abc123", Kind: ForCode, Profile: "prod\x1b[31m", Since: time.Now(), Answer: "guise login prod"}
	type got struct {
		text secret.Text
		err  error
	}
	ended := make(chan got, 1)
	go func() {
		text, err := room.Wait(t.Context(), q)
		ended <- got{text, err}
	}()
	await.That(t, "the request", func() bool { return len(room.List()) > 0 })
	if _, err := room.Leave(q); err == nil {
		t.Error("two wait for the same")
	}
	if all := room.List(); len(all) != 1 || strings.Contains(all[0].Line(), "\x1b") {
		t.Errorf("%+v", all)
	}
	if err := room.Answer(q, secret.New("nonsense\nor more")); err != nil {
		t.Error(err)
	}
	if err := room.Answer(q, secret.New("123456")); err != nil {
		t.Error(err)
	}
	if g := <-ended; g.err != nil || g.text.Reveal() != "123456" {
		t.Errorf("%v %v", g.text.Reveal(), g.err)
	}
	if len(room.List()) != 0 || room.Answer(q, secret.New("123456")) == nil {
		t.Error("the request is still there")
	}
	go func() {
		text, err := room.Wait(t.Context(), q)
		ended <- got{text, err}
	}()
	await.NoError(t, func() error { return room.Refuse(q) })
	if g := <-ended; !errors.Is(g.err, ErrCancelled) {
		t.Errorf("%v", g.err)
	}
}

// TestAssuan: what is in a text cannot end its line, and comes back as it was.
func TestAssuan(t *testing.T) {
	for _, text := range []string{"plain", "100 %\nnext\r\nline", "%41", "é"} {
		if strings.ContainsAny(encode(text), "\r\n") || decode(encode(text)) != text {
			t.Errorf("%q: %q", text, encode(text))
		}
	}
	if fmt.Sprint(WhoAsks(1, "/")) == "" {
		t.Error("nobody")
	}
}
