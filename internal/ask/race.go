package ask

import (
	"context"
	"errors"
	"time"

	"guise/internal/secret"
)

// A Channel is one way to get an answer from the user.
type Channel struct {
	// After is how long the channels before it have the user to themselves.
	After time.Duration
	Ask   func(ctx context.Context) (secret.Text, error)
}

// First opens several channels together, and closes the others when one has the
// answer, or a no (ErrCancelled). A channel that fails otherwise drops out; when the
// last one has, its error is given. Where one drops out, the next opens at once.
func First(ctx context.Context, channels ...Channel) (secret.Text, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		text secret.Text
		err  error
	}
	results := make(chan result, len(channels))
	begun, open := 0, 0
	start := func() {
		one := channels[begun]
		begun, open = begun+1, open+1
		go func() {
			text, err := one.Ask(ctx)
			results <- result{text, err}
		}()
	}
	var failed error
	began := time.Now()
	for {
		if open == 0 {
			if begun == len(channels) {
				return secret.Text{}, failed
			}
			start()
		}
		var next <-chan time.Time
		if begun < len(channels) {
			next = time.After(time.Until(began.Add(channels[begun].After)))
		}
		select {
		case <-next:
			start()
			continue
		case got := <-results:
			open--
			if got.err == nil || errors.Is(got.err, ErrCancelled) && ctx.Err() == nil {
				cancel()
				for ; open > 0; open-- { // each puts its screen in order before the answer is used
					<-results
				}
				return got.text, got.err
			}
			failed = got.err
		case <-ctx.Done():
			for ; open > 0; open-- {
				<-results
			}
			return secret.Text{}, ctx.Err()
		}
	}
}
