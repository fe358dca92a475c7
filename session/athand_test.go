package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// TestTryCode: AWS is sent the code with the user's keys, for the shortest session that
// there is, and nothing of it is kept.
func TestTryCode(t *testing.T) {
	s := newScript(t)
	c := session.Chain{{Kind: session.Keys, AccessKeyID: "AKIA", Place: session.Place{Region: "r", Endpoint: "e"}}, {Kind: session.SessionToken, Serial: "mine"}, {Kind: session.AssumeRole, Profile: "p"}}
	code := func() (secret.Text, error) { return secret.New("123456"), nil }
	if err := s.retriever().TryCode(t.Context(), c, "other", code); err != nil {
		t.Fatal(err)
	}
	if len(s.calls) != 1 || s.calls[0].d != 15*time.Minute || s.calls[0].code != "123456" || s.calls[0].from.AccessKeyID != "AKIA" {
		t.Errorf("%+v", s.calls)
	}
	if l := s.calls[0].link; l.Kind != session.SessionToken || l.Serial != "other" || l.Profile != "p" || l.Region != "r" || l.Endpoint != "e" {
		t.Errorf("%+v", l)
	}
	if entries, err := s.store.List(); err != nil || len(entries) > 0 {
		t.Errorf("%+v, %v", entries, err)
	}
	broken := errors.New("broken")
	if err := s.retriever().TryCode(t.Context(), c, "other", func() (secret.Text, error) { return secret.Text{}, broken }); !errors.Is(err, broken) || len(s.calls) != 1 {
		t.Errorf("without a code: %v", err)
	}
	s.aws = func(context.Context, exchanged) (session.Credentials, error) { return session.Credentials{}, broken }
	if err := s.retriever().TryCode(t.Context(), c, "other", code); !errors.Is(err, broken) {
		t.Error(err)
	}
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return session.Credentials{}, broken
	}
	asked := func() (secret.Text, error) { t.Error("asked for a code in vain"); return code() }
	r := s.retriever()
	r.API = func() (session.API, error) { return nil, broken }
	if err := r.TryCode(t.Context(), c, "other", asked); !errors.Is(err, broken) {
		t.Errorf("without a way to AWS: %v", err)
	}
	r = s.retriever()
	r.Secret = func(string, string) (secret.Text, error) { return secret.Text{}, broken }
	c[0].Stored = true
	if err := r.TryCode(t.Context(), c, "other", asked); !errors.Is(err, broken) {
		t.Errorf("without keys: %v", err)
	}
	if err := s.retriever().TryCode(t.Context(), session.Chain{{Kind: session.SSOToken}, c[2]}, "other", asked); err == nil || !strings.Contains(err.Error(), "is not an access key") {
		t.Error("there is no user's key to try it with")
	}
}

// TestAtHand: a session of the chain if there is one, and else the user's own keys.
func TestAtHand(t *testing.T) {
	s := newScript(t)
	c := session.Chain{{Kind: session.Instance}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/r"}}
	base := s.keys(time.Hour)
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return base, nil
	}
	if got, err := s.retriever().AtHand(t.Context(), c); err != nil || got.AccessKeyID != base.AccessKeyID || len(s.calls) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
	role := s.must(c)
	if got, err := s.retriever().AtHand(t.Context(), c); err != nil || got.AccessKeyID != role.AccessKeyID || len(s.calls) != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}
