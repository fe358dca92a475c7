package awsapi

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"guise/internal/answer"
	"guise/internal/printable"
	"guise/session"
)

// A call is one operation of a service.
type call struct {
	op string
	// request makes an attempt's request, dated by AWS's clock: each is signed again.
	request func(ctx context.Context, now time.Time) (*http.Request, error)
	// read takes what was asked for out of an answer.
	read func(reply) error
	// refused reads AWS's code and words in an answer that is a refusal.
	refused func(reply) (code, message string)
	// once forbids a second attempt where AWS may have done what was asked.
	once bool
	// dated: what was sent has a date in it beside the signature's, and AWS may call its
	// refusal of that anything.
	dated bool
	// paced: whoever calls waits where AWS says that it is too much.
	paced bool
	// attempts, where not 0, are fewer than usual.
	attempts int
}

// A reply is an answer as it came, read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
	from   answer.Origin
	now    time.Time // AWS's clock
}

// attempts is how often a call is made.
const attempts = 4

// largestReply is the largest answer that is read, in bytes.
const largestReply = 1 << 20

// exchange makes a call: again where AWS is busy, does not answer or cannot be
// understood, and once more with AWS's own time where a signature was refused and
// the clock is off. It gives AWS's clock minus ours. Its errors are
// *session.APIError.
func (c *Client) exchange(ctx context.Context, do call) (skew time.Duration, err error) {
	wait, most := c.settings.BackOff, attempts
	if do.attempts > 0 {
		most = do.attempts
	}
	for attempt := 1; ; attempt++ {
		dated := c.skew.Load()
		var unclear bool
		skew, unclear, err = c.attempt(ctx, do)
		c.learn(skew)
		failed, ok := errors.AsType[*session.APIError](err)
		if !ok {
			return skew, err
		}
		if (isClock(failed.Code) || do.dated && failed.Reason == session.Refused) && (skew-time.Duration(dated)).Abs() > session.SkewTold && attempt == 1 {
			continue // it was dated wrongly, and nothing else may be wrong
		}
		if !failed.Temporary || do.once && unclear || do.paced && failed.Reason == session.Throttled || attempt >= most {
			return skew, err
		}
		select {
		case <-ctx.Done():
			return skew, err
		case <-time.After(wait/2 + rand.N(wait/2)): //nolint:gosec // half of it is left to chance, which protects nothing
		}
		wait *= 2
	}
}

// learn remembers how far the clock is off, where it matters, and says so the
// first time. A skew of 0 is that of an answer without a date.
func (c *Client) learn(skew time.Duration) {
	switch {
	case skew == 0:
	case skew.Abs() <= session.SkewTold:
		c.skew.Store(0)
	default:
		c.skew.Store(int64(skew))
		if c.settings.ClockOff != nil {
			c.told.Do(func() { c.settings.ClockOff(skew) })
		}
	}
}

// attempt sends a request once. It is unclear whether AWS has done what was asked
// where it was sent and no refusal came back that says so.
func (c *Client) attempt(ctx context.Context, do call) (skew time.Duration, unclear bool, err error) {
	request, err := do.request(ctx, c.now())
	if err != nil {
		return 0, false, &session.APIError{Op: do.op, Message: err.Error(), Reason: session.Refused}
	}
	request.Header.Set("User-Agent", "guise/"+c.settings.Version)
	sent := time.Now()
	got, err := c.http.Do(request)
	c.trace(do.op, request.URL, got, time.Since(sent))
	if err != nil {
		return 0, true, unanswered(ctx, do.op, request.URL, err)
	}
	defer func() { _ = got.Body.Close() }()
	answered := c.settings.Now()
	if date, err := http.ParseTime(got.Header.Get("Date")); err == nil {
		skew = date.Sub(answered)
	}
	body, err := io.ReadAll(io.LimitReader(got.Body, largestReply+1))
	switch {
	case err != nil && ctx.Err() != nil:
		return skew, true, unanswered(ctx, do.op, request.URL, err)
	case err != nil:
		return skew, true, notAWS(do.op, request.URL, "was cut short", skew)
	case len(body) > largestReply:
		return skew, true, notAWS(do.op, request.URL, "is longer than 1 MiB", skew)
	}
	r := reply{status: got.StatusCode, header: got.Header, body: body, from: answer.Of(request.URL.Scheme + "://" + request.URL.Host), now: answered}
	if skew.Abs() > session.SkewTold {
		r.now = r.now.Add(skew)
	}
	switch {
	case r.status >= http.StatusBadRequest:
		e := refusal(do, r, request.URL)
		e.Skew = skew
		return skew, r.status >= http.StatusInternalServerError && r.status != http.StatusServiceUnavailable, e
	case r.status >= http.StatusMultipleChoices:
		return skew, false, &session.APIError{Op: do.op, Message: redirected(request.URL, got), Reason: session.Refused, Skew: skew}
	}
	return skew, true, unreadable(do.op, request.URL, r, do.read(r), skew)
}

// trace tells a request and its answer, nil where there is none; nothing of what was sent.
func (c *Client) trace(op string, to *url.URL, got *http.Response, took time.Duration) {
	switch took = took.Round(time.Microsecond); {
	case c.settings.Trace == nil:
	case got == nil:
		c.settings.Trace("%s at %s: no answer in %s", op, to.Host, took)
	default:
		c.settings.Trace("%s at %s: %s in %s, request id %s", op, to.Host, got.Status, took, cmp.Or(requestID(got.Header), "none"))
	}
}

// longestID is the longest id of a request that is kept, in bytes; AWS' own have 36 or 52.
const longestID = 64

// requestID returns the id that AWS has given a request; empty where the answer has none, or
// one that is no word.
func requestID(h http.Header) string {
	id := cmp.Or(h.Get("X-Amzn-Requestid"), h.Get("X-Amz-Request-Id"))
	if len(id) > longestID || !printable.Word(id) {
		return ""
	}
	return id
}

// redirected says where an answer sends us, without the address's query, which may
// hold what was sent.
func redirected(from *url.URL, got *http.Response) string {
	to := "elsewhere"
	if u, err := got.Location(); err == nil {
		to = "to " + u.Host
	}
	return from.Host + " answers " + got.Status + " and sends " + to + ", which guise does not follow"
}
