package person

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/ask"
	"guise/internal/awsconfig"
	"guise/internal/secret"
	"guise/internal/settings"
	"guise/internal/signin"
	"guise/session"
)

// somebody is a Person without a terminal, and what was said to them.
func somebody(mode Mode, env map[string]string) (p *Person, said *[]string) {
	said = &[]string{}
	return New(Options{
		Mode: mode, Settings: settings.Settings{MFA: []string{settings.ByTOTP, settings.ByTerminal}},
		Getenv: func(name string) string { return env[name] }, Environ: func() []string { return nil }, Now: time.Now, Began: time.Now(),
		Profile:    func(name string) (awsconfig.Profile, error) { return awsconfig.Profile{Name: name}, nil },
		StoredCode: func(context.Context, *Person, string) (text secret.Text, ok bool, err error) { return text, false, nil },
		Terminal:   func() (*ask.Terminal, error) { return nil, ask.ErrNoTerminal },
		Say:        func(line string) { *said = append(*said, line) }, Out: &bytes.Buffer{},
	}), said
}

// TestAbsence: who need not wait, since nobody came to the call before.
func TestAbsence(t *testing.T) {
	began := time.Unix(1000, 0)
	for _, c := range []struct {
		name   string
		ago    time.Duration // since nobody came to a call of a job, which waited
		job    int
		waited time.Duration
		ours   int // our job and how long we would wait
		wait   time.Duration
		spares bool
	}{
		{"just before", time.Second, 0, time.Minute, 0, time.Minute, true},
		{"long ago", absentFor, 0, time.Minute, 0, time.Minute, false},
		{"it was less patient", time.Second, 0, time.Second, 0, time.Minute, false},
		{"the same job", time.Second, 7, time.Minute, 7, time.Minute, true},
		{"the next command of a terminal", time.Second, 7, time.Minute, 8, time.Minute, false},
		{"a terminal, and one without", time.Second, 0, time.Minute, 8, time.Minute, false},
		{"one without a terminal, and a terminal", time.Second, 7, time.Minute, 0, time.Minute, true},
	} {
		was, ok := decodeAbsence(absence{began.Add(-c.ago), c.job, c.waited}.encode())
		if !ok || was.spares(began, c.ours, c.wait) != c.spares {
			t.Errorf("%s: %+v, %v", c.name, was, ok)
		}
	}
	for _, text := range []string{"", "1 2", "x 1 1s", "1 x 1s", "1 1 x", "1 1 1s more"} {
		if was, ok := decodeAbsence([]byte(text)); ok {
			t.Errorf("%q: %+v", text, was)
		}
	}
}

// TestNobodyIsAsked: whatever needs an answer fails at once.
func TestNobodyIsAsked(t *testing.T) {
	someone, _ := somebody(Background, nil)
	p := someone.Nobody()
	_, code := p.Code(t.Context(), session.CodeQuestion{Profile: "prod"})
	_, choice := p.Choose(t.Context(), "which", []string{"a", "b"})
	_, passphrase := p.Passphrase(t.Context(), "/vault", false, "")
	typed, _ := somebody(AtKeyboard, nil)
	page := typed.Nobody().Reachable()
	for _, err := range []error{code, choice, passphrase, page} {
		if !errors.Is(err, session.ErrNoPerson) {
			t.Error(err)
		}
	}
	if someone.nobody {
		t.Error("the one who may be asked is not asked any more")
	}
}

// TestByItself: a way that needs nobody gives the code, and one that fails is said
// and is the error where nobody is there.
func TestByItself(t *testing.T) {
	p, said := somebody(AtKeyboard, nil)
	p.o.StoredCode = func(_ context.Context, asked *Person, serial string) (secret.Text, bool, error) {
		if asked != p || serial != "device" {
			t.Errorf("%p, %s", asked, serial)
		}
		return secret.New("123456"), true, nil
	}
	code, err := p.Code(t.Context(), session.CodeQuestion{Serial: "device"})
	if err != nil || code.Text.Reveal() != "123456" || code.Typed {
		t.Errorf("%+v, %v", code, err)
	}
	broken := errors.New("the store is locked")
	p.o.StoredCode = func(context.Context, *Person, string) (text secret.Text, ok bool, err error) {
		return text, false, broken
	}
	if _, err := p.Code(t.Context(), session.CodeQuestion{}); !errors.Is(err, broken) || !slices.Equal(*said, []string{"the store is locked"}) {
		t.Errorf("%v, %q", err, *said)
	}
	p.o.Settings.Broken = []*settings.Error{{Of: []string{settings.MFA}, Err: errors.New("unreadable")}}
	if _, err := p.Code(t.Context(), session.CodeQuestion{}); !errors.As(err, new(*settings.UnsureError)) {
		t.Errorf("with ways that nobody knows: %v", err)
	}
}

// TestMissed: what becomes of a page in each mode, without a terminal.
func TestMissed(t *testing.T) {
	for mode, want := range map[Mode]missing{AtKeyboard: nowhere, Background: nowhere, Relay: present} {
		p, _ := somebody(mode, nil)
		err := p.Reachable()
		if got := missedAt(fmt.Errorf("prod: %w", err)); got != want || errors.Is(err, session.ErrNoPerson) != (want != present) {
			t.Errorf("%v: %v, %v", mode, got, err)
		}
	}
}

// TestRelay: a line and a visit go over the pipe, and come out of it.
func TestRelay(t *testing.T) {
	p, said := somebody(Relay, nil)
	var pipe bytes.Buffer
	p.o.Out = &pipe
	p.Say("the clock is off")
	if err := p.relay(t.Context(), signin.Visit{For: "prod", To: "acme"}, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	visits := make(chan relayed, 1)
	var lines []string
	readRelayed(&pipe, func(line string) { lines = append(lines, line) }, visits, nil)
	if v := <-visits; v.Visit.For != "prod" || v.Opened || !slices.Equal(lines, []string{"the clock is off"}) || len(*said) > 0 {
		t.Errorf("%+v, %q, %q", v, lines, *said)
	}
}

// TestNotification: which command shows a request, and where none does.
func TestNotification(t *testing.T) {
	q := ask.Request{Profile: "prod", Kind: ask.ForCode}
	for _, c := range []struct {
		env    map[string]string
		notify bool
		want   string
	}{
		{map[string]string{"DISPLAY": ":0"}, true, "notify-send"},
		{map[string]string{"WAYLAND_DISPLAY": "w"}, true, "notify-send"},
		{map[string]string{"DISPLAY": ":0"}, false, ""},
		{map[string]string{"SSH_CONNECTION": "x"}, true, ""},
	} {
		p, _ := somebody(Background, c.env)
		p.o.Settings.Notify = c.notify
		if got := strings.Join(p.desktop(q.Line()), " "); !strings.HasPrefix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%v: %q", c.env, got)
		}
	}
}

// TestAnswer: the errors of a question are those of a Person.
func TestAnswer(t *testing.T) {
	for _, c := range []struct{ err, is error }{
		{nil, nil},
		{ask.ErrCancelled, session.ErrCancelled},
		{ask.ErrNoTerminal, session.ErrNoPerson},
		{ask.ErrGone, session.ErrNoPerson},
		{context.DeadlineExceeded, session.ErrNoPerson},
		{ask.ErrStopped, session.ErrNoPerson},
	} {
		if got := Answer(c.err); !errors.Is(got, c.is) {
			t.Errorf("%v: %v", c.err, got)
		}
	}
	if err := Answer(ask.ErrStopped); !errors.As(err, new(*StoppedError)) {
		t.Error(err)
	}
}
