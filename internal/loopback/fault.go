package loopback

import (
	"slices"
	"sync"
	"time"
)

// A Fault is what goes wrong with calls, on demand.
type Fault struct {
	Action string // empty: any
	Times  int    // how many calls; 0: all
	Delay  time.Duration
	Gate   *Gate  // the call waits until it is opened
	After  bool   // the delay and the gate come after AWS has done it, before it answers
	Status int    // an HTTP status other than 0: refused with it, and
	Code   string // AWS's error code
	Drop   bool   // the connection is closed without an answer
	// Rate is how many calls a second are answered; more are refused with Status.
	Rate int
	// Lie is what AWS says that is not so; see [Lie].
	Lie Lie

	answered []time.Time // of the last second, with Rate
}

// hold keeps a call waiting.
func (f Fault) hold() {
	time.Sleep(f.Delay)
	if f.Gate != nil {
		f.Gate.reach.Do(func() { close(f.Gate.reached) })
		<-f.Gate.opened
	}
}

// A Gate holds the calls that reach it until it is opened: so a test does what it
// has to do while AWS is at work, however long the machine takes for it.
type Gate struct {
	reached, opened chan struct{}
	reach, open     sync.Once
}

// NewGate returns a gate that is closed.
func NewGate() *Gate { return &Gate{reached: make(chan struct{}), opened: make(chan struct{})} }

// Reached is closed once a call waits.
func (g *Gate) Reached() <-chan struct{} { return g.reached }

// Open lets all calls go on, from now on.
func (g *Gate) Open() { g.open.Do(func() { close(g.opened) }) }

// Fail makes calls go wrong from now on. Without arguments nothing does any more.
func (a *AWS) Fail(faults ...Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.faults = faults
}

// fault returns what goes wrong with a call, and counts it. The caller holds the lock.
func (a *AWS) fault(action string) (Fault, bool) {
	for i, f := range a.faults {
		if f.Action != "" && f.Action != action {
			continue
		}
		if f.Rate > 0 && !a.faults[i].exceeded(a.now()) {
			continue
		}
		if f.Times > 0 {
			if a.faults[i].Times--; a.faults[i].Times == 0 {
				a.faults = slices.Delete(a.faults, i, i+1)
			}
		}
		return f, true
	}
	return Fault{}, false
}

// exceeded reports whether a call is one too many for the rate, and counts it if not.
func (f *Fault) exceeded(now time.Time) bool {
	f.answered = slices.DeleteFunc(f.answered, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(f.answered) >= f.Rate {
		return true
	}
	f.answered = append(f.answered, now)
	return false
}

// A Call is one that was made: never a secret in it.
type Call struct {
	At          time.Time
	Action      string
	AccessKeyID string
	Role        string `json:",omitempty"`
	Code        string // AWS's error code; empty where it was done
}

// Calls returns the calls of an action made so far; of all, where it is empty.
func (a *AWS) Calls(action string) []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Call
	for _, c := range a.calls {
		if action == "" || c.Action == action {
			all = append(all, c)
		}
	}
	return all
}

// Done counts the calls of an action that were answered with what was asked for.
func (a *AWS) Done(action string) int {
	n := 0
	for _, c := range a.Calls(action) {
		if c.Code == "" {
			n++
		}
	}
	return n
}

// Forget forgets the calls made so far.
func (a *AWS) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = nil
}
