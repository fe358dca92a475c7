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
	FailedOther     FailureKind = "other"
)

func (e *Failure) Error() string { return e.Message }

// Unwrap keeps the exit code of a failure the same for all who share it.
func (e *Failure) Unwrap() error {
	if e.Kind == FailedCancelled {
		return ErrCancelled
	}
	return nil
}

// failureRecord is a Failure as it lies beside the lock.
type failureRecord struct {
	Failure
	Link string // key of the link that failed: it concerns only chains that go through it
}

// share leaves a failure for those who wait for the lock: what a user or AWS has
// refused. That no person is here says nothing of those who wait, and what may go
// well a little later is tried again by each.
func (r *Retriever) share(lockName string, err error) {
	step, ok := errors.AsType[*StepError](err)
	if !ok || errors.Is(err, ErrNoPerson) || passing(err) {
		return
	}
	record := failureRecord{Failure{step.Error(), kindOf(err), step.Link.Profile}, step.through}
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
	}
	return FailedOther
}

// shared returns the failure that another process left after the request began,
// if it was at a link that this chain goes through too.
func (r *Retriever) shared(lockName string, c Chain, since time.Time) error {
	data, at, ok := r.Cache.Refusal(lockName)
	if !ok || !at.After(since) || at.After(r.Now()) { // the clock was ahead when that one failed
		return nil
	}
	var record failureRecord
	if json.Unmarshal(data, &record) != nil {
		return nil
	}
	for i := range c {
		if c[:i+1].Key() == record.Link {
			return &record.Failure
		}
	}
	return nil
}
