package session

import (
	"context"
	"time"
)

// byClock looks at cached credentials that were issued later than our clock says
// it is now: it was set back since. Where AWS's clock, as it was seen then, agrees
// with ours now, ours was wrong then and is right now, and the end of the
// credentials can be told. Else nobody knows how much is left of them, they may
// have ended long ago, and they are as good as gone: an SDK could do nothing about
// a session that has ended and says that it has not.
func (c Credentials) byClock(now time.Time) (Credentials, bool) {
	if c.Issued.Sub(now) <= SkewTold {
		return c, true
	}
	issued := c.Issued.Add(c.Skew)
	if issued.Sub(now) > SkewTold {
		return Credentials{}, false
	}
	c.Issued, c.Skew = issued, 0
	return c, true
}

// Sleep waits. Its error is that of ctx, where that ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
