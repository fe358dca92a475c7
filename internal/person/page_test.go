//go:build unix

package person

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"guise/internal/ask"
	"guise/internal/secret"
	"guise/internal/signin"
	"guise/internal/terminaltest"
)

// TestShown: what each kind of visit tells the user to do.
func TestShown(t *testing.T) {
	paste := func(context.Context, secret.Text) error { return nil }
	const page, ends = "https://oidc.eu-west-1.amazonaws.com/authorize", "http://127.0.0.1:8765/oauth/callback"
	for name, c := range map[string]struct {
		visit  signin.Visit
		device bool
		want   string
	}{
		"on another machine":   {signin.Visit{URL: page, Ends: ends, Paste: paste}, false, `(?s)no browser could be started; open this page yourself:\r?\nhttps://oidc.*ssh -L 8765:127.0.0.1:8765 HOST\r?\n.*paste the address.*\(Esc gives up\)`},
		"pasted":               {signin.Visit{URL: page, Ends: ends, Elsewhere: true, Paste: paste}, false, `(?s)in any browser:.*paste the address of that page here\r?\n\(Esc gives up\)`},
		"a code of the page's": {signin.Visit{URL: page, Elsewhere: true, Paste: paste}, true, `(?s)in any browser:.*the code that it shows at the end\r?\n\(Esc gives up\)`},
		"a device's code":      {signin.Visit{URL: page, Elsewhere: true, Code: "ABCD-EFGH"}, true, `(?s)on any device:.*check that it shows the code: ABCD-EFGH.*\(Esc gives up\)`},
		"SAML":                 {signin.Visit{}, true, `(?s)--device is for SSO and aws login; this sign-in needs a browser on this machine.*opens a browser window of its own\r?\n\(Esc gives up\)`},
	} {
		t.Run(name, func(t *testing.T) {
			terminal, inside := terminaltest.Open(t)
			defer func() { _ = inside.Close() }()
			p, _ := somebody(AtKeyboard, nil)
			p.o.Device, p.o.Terminal = c.device, func() (*ask.Terminal, error) { return ask.On(inside), nil }
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() {
				ended <- p.Visit(ctx, c.visit, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
			}()
			terminal.See(c.want)
			cancel()
			<-ended
		})
	}
}

// TestPastedApart: what is pasted where the terminal is gets to the process that signs in,
// and its verdict back.
func TestPastedApart(t *testing.T) {
	p, _ := somebody(Relay, nil)
	theirs, ours := io.Pipe() // stdin of the process that signs in
	told, tells := io.Pipe()  // its stdout
	p.o.In, p.o.Out = theirs, tells
	visits, verdicts := make(chan relayed, 1), make(chan string, 1)
	go readRelayed(told, func(string) {}, visits, verdicts)
	signedIn := make(chan struct{})
	v := signin.Visit{For: "prod", Paste: func(_ context.Context, pasted secret.Text) error {
		if pasted.Reveal() != "the right one" {
			return errors.New("not this one")
		}
		close(signedIn)
		return nil
	}}
	ended := make(chan error, 1)
	go func() {
		ended <- p.relay(t.Context(), v, func(context.Context) error { <-signedIn; return nil })
	}()
	if seen := <-visits; !seen.Pastes {
		t.Errorf("%+v", seen)
	}
	hand := handOver(ours, verdicts)
	if err := hand(t.Context(), secret.New("a wrong\n\"one\"")); err == nil || err.Error() != "not this one" {
		t.Error(err)
	}
	done := make(chan error, 1)
	go func() { done <- hand(t.Context(), secret.New("the right one")) }()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-t.Context().Done():
	}
	if data, err := json.Marshal(relayed{Visit: v}); err != nil || strings.Contains(string(data), "Paste\":{") {
		t.Errorf("%s, %v", data, err)
	}
}
