//go:build unix

package ask

import (
	"context"
	"errors"
	"strings"
	"testing"

	"guise/internal/terminaltest"
)

// TestEscIsNotSeen: the Esc that ends a wait leaves nothing on the screen.
func TestEscIsNotSeen(t *testing.T) {
	terminal, inside := terminaltest.Open(t)
	defer func() { _ = inside.Close() }()
	ended := make(chan error, 1)
	go func() {
		on := On(inside)
		ended <- on.Wait(t.Context(), func(ctx context.Context) error {
			on.Say("open this page")
			<-ctx.Done()
			return ctx.Err()
		})
	}()
	terminal.See("open this page")
	terminal.Type("\x1b")
	if err := <-ended; !errors.Is(err, ErrCancelled) {
		t.Fatal(err)
	}
	_, _ = inside.WriteString("over\n")
	terminal.See("over")
	if raw := terminal.Raw(); strings.Contains(raw, "^[") && !strings.Contains(raw, "^["+unechoed+"over") {
		t.Errorf("%q", raw)
	}
}
