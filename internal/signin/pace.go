package signin

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"guise/session"
)

// How an organisation is read: so many calls at once. When AWS says that it is too
// much, all wait, and go on one by one, then faster again. The pause is doubled
// each time; after so many in a row with no answer between them it is given up.
const (
	readers    = 24
	firstPause = 250 * time.Millisecond
	mostPauses = 6 // about 16 seconds in all
)

// A pace lets calls through as AWS takes them.
type pace struct {
	sleep func(context.Context, time.Duration) error

	mu      sync.Mutex
	turn    *sync.Cond
	running int
	limit   int // calls at once, now
	ceiling int // up to which the limit doubles; above, it grows by one
	since   int // answers since the limit last grew
	pauses  int // in a row
	round   int // of pauses: calls of an earlier one say nothing new
	waiting bool
}

func newPace(sleep func(context.Context, time.Duration) error) *pace {
	p := &pace{sleep: sleep, limit: readers, ceiling: readers}
	p.turn = sync.NewCond(&p.mu)
	return p
}

// call makes one call, again where AWS said that it was too much. Its error is that
// of the call.
func (p *pace) call(ctx context.Context, do func() error) error {
	for {
		round := p.enter()
		if ctx.Err() != nil {
			p.leave(nil)
			return context.Cause(ctx)
		}
		err := do()
		if session.ReasonOf(err) != session.Throttled {
			p.leave(err)
			return err
		}
		if !p.slow(ctx, round) {
			return err
		}
	}
}

// enter waits for a turn.
func (p *pace) enter() (round int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.waiting || p.running >= p.limit {
		p.turn.Wait()
	}
	p.running++
	return p.round
}

// leave ends a turn. An answer, also a refusal, says that more may be asked.
func (p *pace) leave(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.turn.Broadcast()
	if err != nil {
		return
	}
	p.pauses = 0
	if p.since++; p.limit < p.ceiling || p.since >= p.limit {
		p.limit, p.since = min(p.limit+1, readers), 0
	}
}

// slow ends a turn that was too much, and waits. It gives false where it is to be
// given up. Calls that were under way together are one reason to wait, not many.
func (p *pace) slow(ctx context.Context, round int) bool {
	p.mu.Lock()
	p.running--
	if round != p.round {
		p.mu.Unlock()
		return true
	}
	if p.pauses == mostPauses {
		p.turn.Broadcast()
		p.mu.Unlock()
		return false
	}
	pause := firstPause << p.pauses
	p.ceiling = max(1, p.limit/2)
	p.limit, p.since, p.waiting = 1, 0, true
	p.round++
	p.pauses++
	p.mu.Unlock()
	err := p.sleep(ctx, pause-pause/4+rand.N(pause/2)) //nolint:gosec // it protects nothing
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = false
	p.turn.Broadcast()
	return err == nil
}
