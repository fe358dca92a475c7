package session

import (
	"context"
	"encoding/json"
	"errors"

	"guise/internal/secret"
)

// A code that somebody has typed is worth more than the process that asked for it:
// an SDK may end that process at any moment, and AWS takes no code twice. So the
// exchange is made by a process of its own, which keeps what it gets. If the one
// that asked is gone by then, the session is there for the next call.

// order is an exchange as it goes to that process, over a pipe.
type order struct {
	Chain Chain // up to the link whose exchange it is
	From  json.RawMessage
	Code  string
}

// outcome is what comes back.
type outcome struct {
	Got     json.RawMessage `json:",omitempty"`
	ID      string          `json:",omitempty"` // RequestID of Got
	Refused *APIError       `json:",omitempty"`
	Failed  string          `json:",omitempty"` // any other error's words
}

// redeem makes the exchange of the last link of a chain with a code.
func (r *Retriever) redeem(ctx context.Context, c Chain, from Credentials, code Code) (Credentials, error) {
	if !code.Typed || r.Apart == nil {
		return r.exchange(ctx, c, from, code.Text)
	}
	sealed, err := from.encode()
	if err != nil {
		return Credentials{}, err
	}
	data, err := json.Marshal(order{c, sealed, code.Text.Reveal()})
	if err != nil {
		return Credentials{}, err
	}
	answer, err := r.Apart(ctx, data)
	if err != nil {
		return Credentials{}, err
	}
	if answer == nil { // it could not be started
		return r.exchange(ctx, c, from, code.Text)
	}
	var o outcome
	if err := json.Unmarshal(answer, &o); err != nil {
		return Credentials{}, errors.New("the process that sends the code to AWS has failed")
	}
	switch got, ok := decode(o.Got); {
	case ok:
		got.RequestID = o.ID
		return got, nil
	case o.Refused != nil:
		return Credentials{}, o.Refused
	default:
		return Credentials{}, errors.New(o.Failed)
	}
}

// Finished is an exchange that was made for another process.
type Finished struct {
	Answer      []byte      // for that process
	Chain       Chain       // up to what was made
	Credentials Credentials // that were made
	Err         error       // why none were
}

// Finish carries out what [Retriever.Apart] of another process was given: it makes
// the exchange, and keeps the session. Its error is that the data is nothing of the kind.
func (r *Retriever) Finish(ctx context.Context, data []byte) (Finished, error) {
	var o order
	if err := json.Unmarshal(data, &o); err != nil || len(o.Chain) < 2 {
		return Finished{}, errors.New("not an exchange")
	}
	from, ok := decode(o.From)
	if !ok {
		return Finished{}, errors.New("not an exchange: no credentials")
	}
	var out outcome
	got, err := r.exchange(ctx, o.Chain, from, secret.New(o.Code))
	made := Finished{Chain: o.Chain, Credentials: got.as(Renewed), Err: err}
	switch {
	case err == nil:
		out.ID = got.RequestID
		if out.Got, err = got.encode(); err == nil {
			// Where it cannot be kept, the one that asked says so.
			_ = r.Cache.Put(o.Chain.Key(), out.Got, r.Now().Add(got.Left(r.Now())))
		}
	case errors.As(err, &out.Refused):
	default:
		out.Failed = err.Error()
	}
	made.Answer, err = json.Marshal(out)
	return made, err
}
