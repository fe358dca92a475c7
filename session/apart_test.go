package session_test

import (
	"context"
	"errors"
	"testing"

	"guise/session"
)

// apart is a retriever whose codes are redeemed by another one, as by another
// process. It counts how often.
func (b *bench) apart(finished *int, loses bool) *session.Retriever {
	r := b.retriever()
	r.Apart = func(ctx context.Context, data []byte) ([]byte, error) {
		*finished++
		made, err := b.retriever().Finish(ctx, data)
		if err != nil {
			b.t.Error(err)
		}
		if loses {
			return nil, context.Canceled // the one that asked is ended meanwhile
		}
		return made.Answer, nil
	}
	return r
}

// TestFinishedApart: a code is redeemed, refused and kept by another process just
// as by the one that asked for it.
func TestFinishedApart(t *testing.T) {
	for _, profile := range []string{"alice", "prod", "vault", "denied"} {
		here, there, finished := newBench(t), newBench(t), 0
		_, want := here.get(profile)
		_, got := there.apart(&finished, false).Retrieve(t.Context(), there.chain(profile), session.Options{Since: there.now()})
		if finished == 0 || here.asked.Load() != there.asked.Load() || (want == nil) != (got == nil) {
			t.Errorf("%s: %v, and here %v; asked %d and %d times", profile, got, want, there.asked.Load(), here.asked.Load())
		}
		if want != nil && session.ReasonOf(got) != session.Denied {
			t.Errorf("%s: %v", profile, got)
		}
	}
}

// TestFinishedThoughTheAskerIsEnded: the session is there for the next call.
func TestFinishedThoughTheAskerIsEnded(t *testing.T) {
	b, finished := newBench(t), 0
	if _, err := b.apart(&finished, true).Retrieve(t.Context(), b.chain("prod"), session.Options{Since: b.now()}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	b.absent.Store(true)
	b.must("prod")
	if b.asked.Load() != 1 {
		t.Errorf("asked %d times", b.asked.Load())
	}
}

// TestWrongCodeApart comes back as what it is, and is asked again.
func TestWrongCodeApart(t *testing.T) {
	b, finished := newBench(t), 0
	b.wrong.Store(2)
	if _, err := b.apart(&finished, false).Retrieve(t.Context(), b.chain("prod"), session.Options{Since: b.now()}); err != nil || finished != 3 {
		t.Errorf("%v after %d codes", err, finished)
	}
	for _, data := range []string{"", "{}", `{"Chain":[{"Kind":"keys"},{"Kind":"session-token"}],"Code":"123456"}`} {
		if _, err := b.retriever().Finish(t.Context(), []byte(data)); err == nil {
			t.Errorf("%q was carried out", data)
		}
	}
}
