package ask

import (
	"context"
	"time"

	"guise/internal/secret"
)

// ShowTwo shows two codes that follow each other, with which AWS enables a device, and waits
// until they are typed there. codes gives each to show, and how long the next takes; 0 with
// the second.
func (t *Terminal) ShowTwo(ctx context.Context, codes func(show func(code secret.Text, next time.Duration)) error) error {
	err := codes(func(code secret.Text, next time.Duration) {
		if next == 0 {
			t.Say("the second code:  " + code.Reveal())
			return
		}
		t.Say("the first code:   " + code.Reveal())
		t.Say("the second comes in " + next.Round(time.Second).String())
	})
	if err == nil {
		_, err = t.Line(ctx, "press Enter when AWS has accepted both", func(string) error { return nil })
	}
	return err
}
