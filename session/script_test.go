package session_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/custody"
	"guise/internal/secret"
	"guise/session"
)

// script is a Retriever over the real cache, with an AWS, sources and a user that say
// what the test has them say, and a clock that stands still.
type script struct {
	t     *testing.T
	clock time.Time
	store *cache.Store
	cache session.Cache // the store, or what a test puts before it

	mu       sync.Mutex
	aws      func(ctx context.Context, x exchanged) (session.Credentials, error)
	base     func(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error)
	code     func(q session.CodeQuestion) (session.Code, error)
	choose   func(question string, options []string) (int, error)
	calls    []exchanged
	based    []session.BaseOptions
	asked    []session.CodeQuestion
	said     []string
	slept    []time.Duration
	served   []error
	refresh  time.Duration
	patience time.Duration
}

// exchanged is a call to AWS.
type exchanged struct {
	link session.Link
	from session.Credentials
	d    time.Duration
	code string
}

func newScript(t *testing.T) *script {
	t.Helper()
	dir := t.TempDir()
	s := &script{t: t, clock: time.Date(2026, 5, 4, 12, 0, 5, 0, time.UTC), refresh: 10 * time.Minute}
	s.store = cache.Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, s.now)
	s.cache = s.store
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		return s.keys(cmpOr(x.d, time.Hour)), nil
	}
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return s.keys(time.Hour), nil
	}
	codes := 0
	s.code = func(session.CodeQuestion) (session.Code, error) {
		codes++
		return session.Code{Text: secret.New(strings.Repeat("0", 5) + string(rune('0'+codes))), Typed: true}, nil
	}
	s.choose = func(string, []string) (int, error) { return 0, session.ErrNoPerson }
	return s
}

func cmpOr(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

func (s *script) now() time.Time { return s.clock }

// keys are new ones, good for a while.
func (s *script) keys(life time.Duration) session.Credentials {
	return session.Credentials{
		AccessKeyID: "ASIA" + secretName(), SecretAccessKey: secret.New("s"), SessionToken: secret.New("t"), Issued: s.clock, Expires: s.clock.Add(life),
	}
}

func (s *script) Exchange(ctx context.Context, l session.Link, from session.Credentials, d time.Duration, code secret.Text) (session.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := exchanged{l, from, d, code.Reveal()}
	s.calls = append(s.calls, x)
	return s.aws(ctx, x)
}

func (s *script) Get(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	s.based = append(s.based, o)
	return s.base(ctx, l, o)
}

func (s *script) Code(_ context.Context, q session.CodeQuestion) (session.Code, error) {
	s.asked = append(s.asked, q)
	return s.code(q)
}

func (s *script) Choose(_ context.Context, question string, options []string) (int, error) {
	return s.choose(question, options)
}
func (s *script) Held(context.Context, string) {}
func (s *script) Say(line string)              { s.said = append(s.said, line) }
func (s *script) Served(_ session.Chain, _ time.Duration, why error) {
	s.served = append(s.served, why)
}

func (s *script) retriever() *session.Retriever {
	return &session.Retriever{
		Cache: s.cache, API: func() (session.API, error) { return s, nil }, Base: s, Person: s, Now: s.now, RefreshBefore: s.refresh, Patience: s.patience,
		Secret: func(profile, id string) (secret.Text, error) {
			return secret.New("stored for " + profile + " " + id), nil
		},
		Sleep: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.slept = append(s.slept, d)
			return ctx.Err()
		},
	}
}

func (s *script) get(c session.Chain) (session.Credentials, error) {
	return s.retriever().Retrieve(s.t.Context(), c, session.Options{Since: s.clock})
}

func (s *script) must(c session.Chain) session.Credentials {
	s.t.Helper()
	got, err := s.get(c)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

// durations are those that the calls for a kind of link asked for.
func (s *script) durations(kind session.Kind) []time.Duration {
	var all []time.Duration
	for _, x := range s.calls {
		if x.link.Kind == kind {
			all = append(all, x.d)
		}
	}
	return all
}

// Chains.
const (
	phone    = "arn:aws:iam::111111111111:mfa/me"
	roleA    = "arn:aws:iam::222222222222:role/A"
	roleB    = "arn:aws:iam::222222222222:role/B"
	provider = "arn:aws:iam::222222222222:saml-provider/idp"
)

func user(more ...session.Link) session.Chain {
	return append(session.Chain{
		{Kind: session.Keys, Profile: "user", AccessKeyID: "AKIAUSER", SecretAccessKey: secret.New("s")},
		{Kind: session.SessionToken, Profile: "user", Serial: phone, Duration: 12 * time.Hour},
	}, more...)
}

func plain(more ...session.Link) session.Chain { return append(user()[:1:1], more...) }

func role(change func(*session.Link)) session.Link {
	l := session.Link{Kind: session.AssumeRole, Profile: "role", RoleARN: roleA, SessionName: "me"}
	if change != nil {
		change(&l)
	}
	return l
}

func refusal(reason session.Reason) error {
	return &session.APIError{Op: "AssumeRole", Code: "AccessDenied", Message: "no", Reason: reason}
}

// TestDurations: the longest that AWS gives is found by whole hours, said, and
// remembered; where it is not the duration that is wrong, nothing is tried again.
func TestDurations(t *testing.T) {
	const hour = time.Hour
	for name, c := range map[string]struct {
		asks, most time.Duration
		refuses    session.Reason
		tried      []time.Duration
		says       string
	}{
		"given as asked":          {12 * hour, 12 * hour, session.TooLong, []time.Duration{12 * hour}, ""},
		"whole hours":             {4 * hour, 2 * hour, session.TooLong, []time.Duration{4 * hour, 3 * hour, 2 * hour}, "role: AWS allows less than 4h for this role: its session lasts 2h (duration_seconds = 7200 or --duration 2h asks for no more)"},
		"half an hour more":       {90 * time.Minute, hour, session.TooLong, []time.Duration{90 * time.Minute, hour}, "role: AWS allows less than 90m for this role: its session lasts 1h (duration_seconds = 3600 or --duration 1h asks for no more)"},
		"role chaining":           {4 * hour, hour, session.Chained, []time.Duration{4 * hour, hour}, "role: AWS allows less than 4h for this role: its session lasts 1h (duration_seconds = 3600 or --duration 1h asks for no more)"},
		"not even an hour":        {2 * hour, time.Minute, session.TooLong, []time.Duration{2 * hour, hour}, ""},
		"an hour is the least":    {hour, time.Minute, session.TooLong, []time.Duration{hour}, ""},
		"denied":                  {4 * hour, 2 * hour, session.Denied, []time.Duration{4 * hour}, ""},
		"as AWS gives it unasked": {0, 0, session.TooLong, []time.Duration{0}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
				if x.d > c.most {
					return session.Credentials{}, refusal(c.refuses)
				}
				return s.keys(cmpOr(x.d, hour)), nil
			}
			chain := plain(role(func(l *session.Link) { l.Duration = c.asks }))
			last := c.tried[len(c.tried)-1]
			got, err := s.get(chain)
			if given := last <= c.most; given != (err == nil) || given && !got.Expires.Equal(s.clock.Add(cmpOr(last, hour))) {
				t.Errorf("until %s: %v", got.Expires, err)
			}
			if tried := s.durations(session.AssumeRole); !slices.Equal(tried, c.tried) {
				t.Errorf("tried %s, want %s", tried, c.tried)
			}
			if said := strings.Join(s.said, "; "); said != c.says {
				t.Errorf("said %q", said)
			}
			if err != nil {
				return
			}
			s.calls, s.said = nil, nil
			if _, err := s.retriever().Retrieve(t.Context(), chain, session.Options{Force: true, Since: s.clock}); err != nil {
				t.Error(err)
			}
			if tried := s.durations(session.AssumeRole); !slices.Equal(tried, []time.Duration{last}) || len(s.said) > 0 {
				t.Errorf("the next time %s, said %q", tried, s.said)
			}
		})
	}
	// The session of a user has no such maximum of a role.
	s := newScript(t)
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.TooLong)
	}
	if _, err := s.get(user()); err == nil || len(s.calls) != 1 {
		t.Errorf("%d calls: %v", len(s.calls), err)
	}
}

// TestSAMLDuration: a user has signed in for it, so that it is to last as long as it
// may: as configured, as the assertion says, or as AWS gives.
func TestSAMLDuration(t *testing.T) {
	for name, c := range map[string]struct {
		configured time.Duration
		says       string
		most       time.Duration
		first      time.Duration
		last       time.Duration
	}{
		"nothing is said": {0, "", 4 * time.Hour, 12 * time.Hour, 4 * time.Hour},
		"the assertion":   {0, "7200", 12 * time.Hour, 2 * time.Hour, 2 * time.Hour},
		"the profile":     {3 * time.Hour, "7200", 12 * time.Hour, 3 * time.Hour, 3 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
				return session.Credentials{Bearer: assertion("", c.says, roleA+","+provider), Issued: s.clock, Expires: s.clock.Add(5 * time.Minute)}, nil
			}
			s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
				if x.d > c.most {
					return session.Credentials{}, refusal(session.TooLong)
				}
				return s.keys(x.d), nil
			}
			got := s.must(federated(func(l *session.Link) { l.Duration = c.configured }))
			tried := s.durations(session.SAML)
			if tried[0] != c.first || !got.Expires.Equal(s.clock.Add(c.last)) {
				t.Errorf("tried %s", tried)
			}
			if c.configured == 0 && len(s.said) > 0 {
				t.Errorf("nobody has asked for more: said %q", s.said)
			}
		})
	}
}

func federated(change func(*session.Link)) session.Chain {
	l := session.Link{Kind: session.SAML, Profile: "federated"}
	if change != nil {
		change(&l)
	}
	return session.Chain{{Kind: session.Assertion, Profile: "federated", URL: "https://idp/"}, l}
}

// TestWrongCodes: three may be typed, and each question says how many are left. Those
// who wait for the same session fail with it.
func TestWrongCodes(t *testing.T) {
	s := newScript(t)
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.WrongCode)
	}
	_, err := s.get(user())
	wrong, ok := errors.AsType[*session.CodesError](err)
	if !ok || wrong.Tries != 3 || wrong.Serial != phone || !strings.Contains(err.Error(), "3 wrong codes for "+phone) {
		t.Errorf("%v", err)
	}
	var again []string
	for _, q := range s.asked {
		again = append(again, q.Complaint)
		if q.Profile != "user" || q.Owner != "user" || q.Serial != phone || q.Lock != user()[:1].Key() {
			t.Errorf("%+v", q)
		}
	}
	if want := []string{"", "that code was wrong; 2 tries left", "that code was wrong; 1 try left"}; !slices.Equal(again, want) {
		t.Errorf("asked %q", again)
	}
	_, err = s.retriever().Retrieve(t.Context(), user(), session.Options{Since: s.clock.Add(-time.Second)})
	shared, ok := errors.AsType[*session.Failure](err)
	if !ok || shared.Kind != session.FailedCodes || shared.Profile != "user" || errors.Is(err, session.ErrCancelled) {
		t.Errorf("shared: %+v, %v", shared, err)
	}
	if len(s.asked) != 3 {
		t.Errorf("asked %d times", len(s.asked))
	}
}

// TestNextCode: AWS takes no code twice. Who typed it is told when the next one
// comes; for a code that comes from elsewhere that time is waited.
func TestNextCode(t *testing.T) {
	wantsCode := role(func(l *session.Link) { l.Serial = phone })
	for _, typed := range []bool{true, false} {
		s := newScript(t)
		shown := "111111"
		s.code = func(q session.CodeQuestion) (session.Code, error) {
			if strings.Contains(q.Complaint, "used already") || len(s.slept) > 0 && s.slept[len(s.slept)-1] == 25*time.Second {
				shown = "222222"
			}
			return session.Code{Text: secret.New(shown), Typed: typed}, nil
		}
		s.must(user())
		s.slept = nil
		// A role of the same device, with no session of the user before it.
		s.must(session.Chain{{Kind: session.Keys, AccessKeyID: "ASIATEMP", SecretAccessKey: secret.New("s"), Token: secret.New("t")}, wantsCode})
		sent := []string{s.calls[0].code, s.calls[1].code}
		if len(s.calls) != 2 || sent[0] != "111111" || sent[1] != "222222" {
			t.Errorf("typed %v: sent %q", typed, sent)
		}
		waited := slices.Contains(s.slept, 25*time.Second) // the window ends at :30, and it is :05
		if waited == typed {
			t.Errorf("typed %v: waited %v", typed, s.slept)
		}
		if last := s.asked[len(s.asked)-1].Complaint; typed && last != "that code was used already; the next one comes in 25s" || !typed && last != "" {
			t.Errorf("typed %v: asked with %q", typed, last)
		}
		if said := strings.Join(s.said, "; "); !typed && said != "the code of "+phone+" was used already; waiting 25s for the next one" {
			t.Errorf("said %q", said)
		}
	}
	// A wait that is ended ends the request.
	s := newScript(t)
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{Text: secret.New("111111")}, nil }
	s.must(user())
	ended, cancel := context.WithCancel(t.Context())
	r := s.retriever()
	r.Sleep = func(_ context.Context, d time.Duration) error {
		if d > time.Second { // it is the wait for a code
			cancel()
		}
		return ended.Err()
	}
	if _, err := r.Retrieve(ended, user(), session.Options{Force: true, Since: s.clock}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	// After a minute and a half no code is remembered.
	s.clock = s.clock.Add(91 * time.Second)
	if _, err := s.retriever().Retrieve(t.Context(), user(), session.Options{Force: true, Since: s.clock}); err != nil {
		t.Error(err)
	}
}

// TestRoleThatWantsTheCode: a role that is denied to the user's session is tried once
// with a code of its own, and what came of it is remembered.
func TestRoleThatWantsTheCode(t *testing.T) {
	wants := user(role(func(l *session.Link) { l.Serial = phone }))
	s := newScript(t)
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		if x.link.Kind == session.AssumeRole && x.code == "" {
			return session.Credentials{}, refusal(session.Denied)
		}
		return s.keys(cmpOr(x.d, time.Hour)), nil
	}
	s.must(wants)
	if len(s.asked) != 2 || s.asked[1].Complaint == "" || s.asked[1].Profile != "role" || s.asked[1].Owner != "user" || s.asked[1].Serial != phone || s.asked[1].Lock != wants[:1].Key() {
		t.Errorf("%+v", s.asked)
	}
	if last := s.calls[len(s.calls)-1]; last.from.AccessKeyID != "AKIAUSER" {
		t.Errorf("with the keys %s", last.from.AccessKeyID)
	}
	s.calls, s.asked = nil, nil
	for _, later := range []time.Duration{2 * time.Hour, 24 * time.Hour} { // the user's session is good for it, and is not
		s.calls, s.asked = nil, nil
		s.clock = s.clock.Add(later)
		s.must(wants)
		if len(s.calls) != 1 || s.calls[0].link.Kind != session.AssumeRole || len(s.asked) != 1 || s.calls[0].from.AccessKeyID != "AKIAUSER" {
			t.Errorf("%s later %d calls and %d questions", later, len(s.calls), len(s.asked))
		}
	}
	// Another role behind the same device goes by the session.
	s.calls = nil
	if _, err := s.get(user(role(func(l *session.Link) { l.RoleARN = roleB }))); err == nil || s.calls[0].link.Kind != session.SessionToken || len(s.calls) != 2 {
		t.Errorf("another role: %d calls, %v", len(s.calls), err)
	}
}

// TestRoleThatIsDenied: a code does not help, and is not asked for again within the hour.
func TestRoleThatIsDenied(t *testing.T) {
	denied := user(role(func(l *session.Link) { l.Serial = phone }))
	s := newScript(t)
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		if x.link.Kind == session.AssumeRole {
			return session.Credentials{}, refusal(session.Denied)
		}
		return s.keys(12 * time.Hour), nil
	}
	for range 2 {
		if _, err := s.get(denied); session.ReasonOf(err) != session.Denied {
			t.Errorf("%v", err)
		}
		s.clock = s.clock.Add(30 * time.Minute)
	}
	if len(s.asked) != 2 { // for the session, and for the role
		t.Errorf("asked %d times", len(s.asked))
	}
	s.clock = s.clock.Add(time.Minute)
	if _, err := s.get(denied); err == nil || len(s.asked) != 3 {
		t.Errorf("an hour later asked %d times: %v", len(s.asked), err)
	}
	// With nobody there, nobody knows whether a code would help: the user is needed. A role
	// without a device is not asked about at all.
	s = newScript(t)
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		if x.link.Kind == session.AssumeRole {
			return session.Credentials{}, refusal(session.Denied)
		}
		return s.keys(12 * time.Hour), nil
	}
	s.must(user())
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{}, session.ErrNoPerson }
	if _, err := s.get(denied); !errors.Is(err, session.ErrNoPerson) || session.ReasonOf(err) != session.Denied {
		t.Errorf("%v", err)
	}
	asked := len(s.asked)
	if _, err := s.get(user(role(nil))); err == nil || len(s.asked) != asked {
		t.Errorf("a role without a device: asked %d times, %v", len(s.asked)-asked, err)
	}
	// Nor is a role that is assumed from another role: no code goes there.
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		if x.link.RoleARN == roleB {
			return session.Credentials{}, refusal(session.Denied)
		}
		return s.keys(12 * time.Hour), nil
	}
	if _, err := s.get(user(role(nil), role(func(l *session.Link) { l.RoleARN, l.Serial = roleB, phone }))); err == nil || len(s.asked) != asked {
		t.Errorf("a role over a role: asked %d times, %v", len(s.asked)-asked, err)
	}
	s.aws = func(_ context.Context, x exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.Denied)
	}
	// A no is a no.
	s.code = func(session.CodeQuestion) (session.Code, error) { return session.Code{}, session.ErrCancelled }
	s.clock = s.clock.Add(2 * time.Hour)
	if _, err := s.get(denied); !errors.Is(err, session.ErrCancelled) {
		t.Errorf("%v", err)
	}
}

// TestStoredKeys are read from the key store for a call, by profile and id.
func TestStoredKeys(t *testing.T) {
	s := newScript(t)
	chain := plain(role(nil))
	chain[0].Stored, chain[0].SecretAccessKey = true, secret.Text{}
	s.must(chain)
	if from := s.calls[0].from; from.SecretAccessKey.Reveal() != "stored for user AKIAUSER" || from.AccessKeyID != "AKIAUSER" {
		t.Errorf("%s", from.AccessKeyID)
	}
	locked := errors.New("the key store is locked")
	r := s.retriever()
	r.Secret = func(string, string) (secret.Text, error) { return secret.Text{}, locked }
	_, err := r.Retrieve(t.Context(), chain, session.Options{Force: true, Since: s.clock})
	failed, ok := errors.AsType[*session.StepError](err)
	if !errors.Is(err, locked) || !ok || failed.Link.Kind != session.Keys {
		t.Errorf("%v", err)
	}
	// So is the key that a role which wants a code of its own is assumed with.
	wants := user(role(func(l *session.Link) { l.Serial = phone }))
	wants[0].Stored = true
	s.must(wants[:2])
	s.aws = func(context.Context, exchanged) (session.Credentials, error) {
		return session.Credentials{}, refusal(session.Denied)
	}
	asked := len(s.asked)
	if _, err := r.Retrieve(t.Context(), wants, session.Options{Since: s.clock}); !errors.Is(err, locked) || len(s.asked) != asked {
		t.Errorf("asked %d times: %v", len(s.asked)-asked, err)
	}
}

// secretName is random text, unlike any other.
func secretName() string { return rand.Text() }
