package session

import (
	"encoding/json"
	"errors"
	"time"
)

// A Failure is that of another process that was at the same session while this
// one waited for it. Errors.Is finds ErrCancelled and ErrNoPerson in it.
type Failure struct {
	Message string
	Kind    FailureKind
	Profile string
}

// FailureKind sorts failures by what they mean for those who share them.
type FailureKind string

const (
	FailedCancelled FailureKind = "cancelled"
	FailedCodes     FailureKind = "codes"
	FailedDenied    FailureKind = "denied" // AWS has denied the step
	FailedRegion    FailureKind = "region" // what is set as the region is none
	FailedOther     FailureKind = "other"
)

func (e *Failure) Error() string { return e.Message }

// Unwrap keeps the exit code of a failure the same for all who share it.
func (e *Failure) Unwrap() error {
	switch e.Kind {
	case FailedCancelled:
		return ErrCancelled
	case FailedDenied:
		return &APIError{Message: e.Message, Reason: Denied}
	case FailedRegion:
		return &APIError{Message: e.Message, Reason: NoRegion}
	}
	return nil
}

// failureRecord is a Failure as it lies beside the lock.
type failureRecord struct {
	Failure
	Link   string // key of the link that failed: it concerns only chains that go through it
	LookAt string // what to look at, where AWS denied it
}

// share leaves a failure for those who wait for the lock: what a user or AWS has
// refused. That no person is here says nothing of those who wait, and what may go
// well a little later is tried again by each.
func (r *Retriever) share(lockName string, err error) {
	step, ok := errors.AsType[*StepError](err)
	if !ok || errors.Is(err, ErrNoPerson) || passing(err) {
		return
	}
	record := failureRecord{Failure{step.Error(), kindOf(err), step.Link.Profile}, step.through, step.Refusal()}
	if data, err := json.Marshal(record); err == nil {
		_ = r.Cache.Refuse(lockName, data)
	}
}

// passing reports whether a failure is one that the next request may not meet: no answer came,
// or one that says to come back later.
func passing(err error) bool {
	api, ok := errors.AsType[*APIError](err)
	return ok && (api.Temporary || api.Reason == Unreachable || api.Reason == Throttled)
}

func kindOf(err error) FailureKind {
	switch {
	case errors.Is(err, ErrCancelled):
		return FailedCancelled
	case errors.As(err, new(*CodesError)):
		return FailedCodes
	case ReasonOf(err) == Denied:
		return FailedDenied
	case ReasonOf(err) == NoRegion:
		return FailedRegion
	}
	return FailedOther
}

// shared returns the failure that another process left after the request began,
// if it was at a link that this chain goes through too.
func (r *Retriever) shared(lockName string, c Chain, since time.Time) error {
	record, at, i, ok := r.failed(lockName, c)
	if !ok || !at.After(since) || at.After(r.Now()) { // the clock was ahead when that one failed
		return nil
	}
	return &StepError{c[i], &record.Failure, record.Link}
}

// failed returns the failure that was left at a lock, when that was, and which link of the
// chain it was at.
func (r *Retriever) failed(lockName string, c Chain) (record failureRecord, at time.Time, link int, ok bool) {
	data, at, ok := r.Cache.Refusal(lockName)
	if !ok || json.Unmarshal(data, &record) != nil {
		return record, at, 0, false
	}
	for i := range c {
		if c[:i+1].Key() == record.Link {
			return record, at, i, true
		}
	}
	return record, at, 0, false
}

// A Refusal is why a chain led nowhere when it was last tried.
type Refusal struct {
	At     time.Time
	Link   int    // the index of the step that was refused; those before it worked
	Why    string // AWS' own words may be in it
	LookAt string // what to look at; empty where there is nothing to add
}

// ofInterest is how long a refusal is worth telling: afterwards AWS may well agree.
const ofInterest = time.Hour

// LastRefusal is what stopped the last request that went this way, of the last hour; ok is
// false where there was none, the user said no, or the step has worked since.
func (r *Retriever) LastRefusal(c Chain) (last Refusal, ok bool) {
	if len(c) == 0 { // no plan
		return Refusal{}, false
	}
	record, at, i, ok := r.failed(c[:1].Key(), c)
	if !ok || record.Kind == FailedCancelled || r.Now().Sub(at) > ofInterest {
		return Refusal{}, false
	}
	if got, cached := r.cached(c[:i+1]); cached && got.Issued.After(at) {
		return Refusal{}, false
	}
	return Refusal{at, i, record.Message, record.LookAt}, true
}
