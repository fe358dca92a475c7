//go:build unix

package ask

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"guise/internal/secret"
	"guise/internal/terminaltest"
)

// TestPaste: a long line comes whole, and is not shown; one that is not taken is asked for
// again; and whatever ends the wait, the terminal is as it was.
func TestPaste(t *testing.T) {
	long := "http://127.0.0.1:8765/oauth/callback?code=" + strings.Repeat("secret", 1500) + "&state=x"
	for name, c := range map[string]struct {
		typed []string // after each, what the last is answered by is awaited
		err   error
		took  string
	}{
		"taken":                {[]string{long + "\r"}, nil, long},
		"edited":               {[]string{"wrong\x15hallo\x7f\x7fp\r"}, nil, "halp"},
		"marked":               {[]string{"\x1b[200~", "help", "\x1b[201~", "\r"}, nil, "help"},
		"with empty lines":     {[]string{"\r\rhelp\r"}, nil, "help"},
		"with arrows":          {[]string{"\x1b[A", "\x1b[B", "help\r"}, nil, "help"},
		"given up":             {[]string{"\x1b"}, ErrCancelled, ""},
		"given up by Ctrl-D":   {[]string{"http://127.0.0.1\x04"}, ErrCancelled, ""},
		"by the browser":       {[]string{"by the browser"}, nil, ""},
		"by the browser, half": {[]string{long[:3000], "by the browser"}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			terminal, inside := terminaltest.Open(t)
			defer func() { _ = inside.Close() }()
			before, err := unix.IoctlGetTermios(fd(inside), getTermios)
			if err != nil {
				t.Fatal(err)
			}
			took, came, ended := make(chan string, 1), make(chan struct{}), make(chan error, 1)
			on := On(inside)
			tries := 0
			take := func(_ context.Context, pasted secret.Text) error {
				if tries++; tries == 1 {
					return errors.New("not this one")
				}
				took <- pasted.Reveal()
				return nil
			}
			go func() {
				ended <- on.WaitOrPaste(t.Context(), take, func(ctx context.Context) error {
					on.Say("open this page")
					select {
					case got := <-took:
						took <- got
						return nil
					case <-came:
						return nil
					case <-ctx.Done():
						return ctx.Err()
					}
				})
			}()
			terminal.See("open this page")
			terminal.Type("a first one\r")
			terminal.See("not this one")
			for _, typed := range c.typed {
				if typed == "by the browser" {
					close(came)
					continue
				}
				terminal.Type(typed)
			}
			if err := <-ended; !errors.Is(err, c.err) || err != nil && c.err == nil {
				t.Errorf("%v, want %v", err, c.err)
			}
			select {
			case got := <-took:
				if got != c.took {
					t.Errorf("%d characters, want %d: %.100q", len(got), len(c.took), got)
				}
			default:
				if c.took != "" {
					t.Error("nothing was taken")
				}
			}
			after, err := unix.IoctlGetTermios(fd(inside), getTermios)
			if err != nil || *after != *before {
				t.Errorf("%+v, was %+v", after, before)
			}
			_, _ = inside.WriteString("over\n")
			terminal.See("over")
			if raw := terminal.Raw(); strings.Contains(raw, "secret") || strings.Contains(raw, "first") || strings.Contains(raw, "help") {
				t.Errorf("what is pasted is shown: %q", raw)
			}
			if raw := terminal.Raw(); !strings.HasSuffix(raw, clearLine+"over\r\n") && !strings.HasSuffix(raw, unechoed+"over\r\n") && !strings.HasSuffix(raw, "not this one\r\r\nover\r\n") {
				t.Errorf("something is left on the screen: %q", raw[max(0, len(raw)-200):])
			}
		})
	}
}
