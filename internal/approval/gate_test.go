package approval

import (
	"errors"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/configtest"
	"guise/session"
)

// TestAlike: who may not have a profile's session before a yes does not get it by naming its
// role, nor under its own name without what it says of approval.
func TestAlike(t *testing.T) {
	const role, free = "arn:aws:iam::111111111111:role/Admin", "arn:aws:iam::111111111111:role/Free"
	f := configtest.Files(t, `[profile prod]
role_arn = `+role+`
source_profile = base
guise_approve = 15m
[profile open]
role_arn = `+free+`
source_profile = base
[profile base]
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = x
`)
	for _, c := range []struct {
		name, role string
		asks       bool
	}{{"Admin", role, true}, {"Free", free, false}, {"prod", free, true}} {
		f := f.With(c.name, awsconfig.Setting{Key: "role_arn", Value: c.role}, awsconfig.Setting{Key: "source_profile", Value: "base"})
		b := newBench(t)
		g := Gate{
			Book: b.book(), Files: func() (*awsconfig.Files, error) { return f, nil }, Began: b.clock,
			Who: func() Requester { return b.request().Who }, Program: func(Requester) string { return "aws" }, Person: b,
		}
		chain, err := session.Resolve(f, c.name, g.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Admitted(c.name); errors.Is(err, session.ErrNoPerson) != c.asks {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, err := g.Admit(t.Context(), c.name, chain); err != nil {
			t.Error(err)
		}
		if b.asked.Load() == 1 != c.asks {
			t.Errorf("%s: asked %d times", c.name, b.asked.Load())
		}
	}
}
