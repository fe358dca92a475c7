package session_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/custody"
	"guise/internal/loopback"
	"guise/internal/secret"
	"guise/session"
)

// bench is a Retriever over the real cache, the real client and the loopback
// AWS, with a clock that the test sets and a user who knows the codes.
type bench struct {
	t     *testing.T
	aws   *loopback.AWS
	files *awsconfig.Files
	url   string

	ahead  atomic.Int64 // of the clock, in nanoseconds
	off    atomic.Int64 // how far our clock is ahead of AWS's, in nanoseconds
	asked  atomic.Int64
	refuse atomic.Bool
	absent atomic.Bool
	wrong  atomic.Int64 // how many wrong codes come first
	mu     sync.Mutex
	said   []string
	served []error // why what was left was served
	store  *cache.Store
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t}
	aws, config := loopback.DemoWorld(b.now)
	server, err := aws.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	config = config.At(server.URL())
	b.aws, b.url, b.files = aws, server.URL(), read(t, config.ConfigFile, config.CredentialsFile)
	dir := t.TempDir()
	b.store = cache.Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, b.local)
	return b
}

func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

// local is our clock, where AWS has another.
func (b *bench) local() time.Time { return b.now().Add(time.Duration(b.off.Load())) }

func (b *bench) pass(d time.Duration) { b.ahead.Add(int64(d)) }

func (b *bench) Say(line string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.said = append(b.said, line)
}

func (b *bench) Code(_ context.Context, q session.CodeQuestion) (session.Code, error) {
	if b.absent.Load() {
		return session.Code{}, session.ErrNoPerson
	}
	b.asked.Add(1)
	if b.refuse.Load() {
		return session.Code{}, session.ErrCancelled
	}
	if n := b.wrong.Add(-1); n >= 0 {
		return session.Code{Text: secret.New("00000" + strconv.Itoa(int(n))), Typed: true}, nil
	}
	code, err := b.aws.Code(q.Serial)
	return session.Code{Text: secret.New(code), Typed: true}, err
}

func (b *bench) Choose(context.Context, string, []string) (int, error) { return 0, session.ErrNoPerson }

func (b *bench) Held(context.Context, string) {}

func (b *bench) Served(_ session.Chain, left time.Duration, why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.served = append(b.served, why)
	if left <= session.LastMinute {
		b.t.Errorf("%s left was served", left)
	}
}

func (b *bench) retriever() *session.Retriever {
	api, err := awsapi.New(awsapi.Settings{
		Region: func(session.Place, string) string { return "eu-west-1" }, Now: b.local, ClockOff: func(time.Duration) { b.Say("the clock is off") }, BackOff: time.Millisecond,
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return &session.Retriever{
		Cache: b.store, API: func() (session.API, error) { return api, nil }, Person: b, Now: b.local,
		Secret:        func(string, string) (secret.Text, error) { return secret.Text{}, errors.New("nothing is stored") },
		RefreshBefore: 10 * time.Minute, Sleep: func(context.Context, time.Duration) error { return nil },
	}
}

func (b *bench) chain(profile string) session.Chain {
	b.t.Helper()
	chain, err := session.Resolve(b.files, profile, session.Defaults{SessionName: "me", Endpoint: func(awsconfig.Profile, string) string { return b.url }})
	if err != nil {
		b.t.Fatal(err)
	}
	return chain
}

func (b *bench) get(profile string) (session.Credentials, error) {
	b.t.Helper()
	return b.retriever().Retrieve(b.t.Context(), b.chain(profile), session.Options{Since: b.local()})
}

func (b *bench) must(profile string) session.Credentials {
	b.t.Helper()
	got, err := b.get(profile)
	if err != nil {
		b.t.Fatalf("%s: %v", profile, err)
	}
	return got
}

// calls counts those that were answered: with a clock that was moved, the SDK
// learns of it by a refusal, and signs again.
func (b *bench) calls(t *testing.T, sessions, roles int) {
	t.Helper()
	if s, r := b.aws.Done("GetSessionToken"), b.aws.Done("AssumeRole"); s != sessions || r != roles {
		t.Errorf("%d GetSessionToken and %d AssumeRole, want %d and %d", s, r, sessions, roles)
	}
}

func TestOneCodeADay(t *testing.T) {
	b := newBench(t)
	for range 2 {
		for _, profile := range []string{"prod", "staging", "billing", "operator", "dev", "audit", "alice"} {
			b.must(profile)
		}
	}
	b.calls(t, 1, 6)
	if n := b.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	// Hours later the roles are renewed from the same session.
	b.pass(6 * time.Hour)
	b.must("staging")
	b.must("prod")
	b.calls(t, 1, 8)
}

func TestManyAtOnce(t *testing.T) {
	b := newBench(t)
	profiles := []string{"prod", "staging", "billing", "operator", "dev"}
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if _, err := b.get(profiles[i%len(profiles)]); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.calls(t, 1, len(profiles))
	if n := b.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestFreshness(t *testing.T) {
	b := newBench(t)
	first := b.must("staging")
	b.pass(49 * time.Minute)
	if b.must("staging").AccessKeyID != first.AccessKeyID {
		t.Error("renewed with more than ten minutes left")
	}
	b.pass(2 * time.Minute)
	second := b.must("staging")
	if second.AccessKeyID == first.AccessKeyID {
		t.Error("not renewed with nine minutes left")
	}
	// The network is gone: what is left is served, until its last minute.
	b.aws.Fail(loopback.Fault{Status: 500, Code: "InternalFailure"})
	b.pass(55 * time.Minute)
	if b.must("staging").AccessKeyID != second.AccessKeyID {
		t.Error("what was left was not served")
	}
	b.pass(4*time.Minute + 30*time.Second)
	if _, err := b.get("staging"); err == nil {
		t.Error("credentials in their last minute were served")
	}
}

func TestNobodyThere(t *testing.T) {
	b := newBench(t)
	b.must("staging")
	b.absent.Store(true)
	b.pass(11*time.Hour + 58*time.Minute) // the user's session ends in two minutes: it is good for a role still
	last := b.must("staging")
	b.pass(3 * time.Minute)
	if got := b.must("staging"); got.AccessKeyID != last.AccessKeyID {
		t.Error("a fresh role session was not served")
	}
	b.pass(50 * time.Minute)
	if got := b.must("staging"); got.AccessKeyID != last.AccessKeyID {
		t.Error("what was left was not served with nobody there")
	}
	b.pass(10 * time.Minute)
	if _, err := b.get("staging"); !errors.Is(err, session.ErrNoPerson) {
		t.Errorf("%v", err)
	}
}

func TestNoIsAnAnswer(t *testing.T) {
	b := newBench(t)
	b.must("alice")
	b.pass(11*time.Hour + 55*time.Minute)
	b.refuse.Store(true)
	if _, err := b.get("alice"); err != nil {
		t.Errorf("what was left was not served to a background call: %v", err)
	}
	_, err := b.retriever().Retrieve(t.Context(), b.chain("alice"), session.Options{Since: b.now(), Strict: true})
	if !errors.Is(err, session.ErrCancelled) {
		t.Errorf("a person's no was passed over: %v", err)
	}
}

func TestRefusalIsShared(t *testing.T) {
	b := newBench(t)
	b.refuse.Store(true)
	began := b.now()
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := b.retriever().Retrieve(t.Context(), b.chain("prod"), session.Options{Since: began})
			if !errors.Is(err, session.ErrCancelled) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := b.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if _, err := b.get("prod"); !errors.Is(err, session.ErrCancelled) || b.asked.Load() != 2 {
		t.Errorf("a later request was not asked again: %v", err)
	}
}

// TestRefusalIsOfItsLink: that one role is denied says nothing of another.
func TestRefusalIsOfItsLink(t *testing.T) {
	b := newBench(t)
	began := b.now()
	if _, err := b.get("denied"); err == nil {
		t.Fatal("not denied")
	}
	if _, err := b.retriever().Retrieve(t.Context(), b.chain("staging"), session.Options{Since: began.Add(-time.Minute)}); err != nil {
		t.Errorf("staging shared the refusal: %v", err)
	}
	_, err := b.retriever().Retrieve(t.Context(), b.chain("denied"), session.Options{Since: began.Add(-time.Minute)})
	if !errors.As(err, new(*session.Failure)) {
		t.Errorf("%v", err)
	}
}

// TestRefusalFromTomorrow: what was refused while the clock was ahead is not told to
// those who ask once it is right.
func TestRefusalFromTomorrow(t *testing.T) {
	b := newBench(t)
	b.off.Store(int64(24 * time.Hour))
	if _, err := b.get("denied"); err == nil {
		t.Fatal("not denied")
	}
	b.off.Store(0)
	_, err := b.get("denied")
	if err == nil || errors.As(err, new(*session.Failure)) {
		t.Errorf("the refusal of before was shared: %v", err)
	}
}

func TestRevokedSession(t *testing.T) {
	b := newBench(t)
	mfa := b.must("alice")
	b.aws.RemoveKey(mfa.AccessKeyID)
	b.must("staging")
	if n := b.asked.Load(); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

func TestClockThatIsWrong(t *testing.T) {
	for _, skew := range []time.Duration{-3 * time.Hour, 3 * time.Hour} {
		b := newBench(t)
		b.aws.SetSkew(skew)
		got := b.must("staging")
		if left := got.Left(b.now()); left < 55*time.Minute || left > 65*time.Minute {
			t.Errorf("skew %s: %s left", skew, left)
		}
		if again := b.must("staging"); again.AccessKeyID != got.AccessKeyID {
			t.Errorf("skew %s: not served from the cache", skew)
		}
		if len(b.said) == 0 {
			t.Errorf("skew %s: nothing was said", skew)
		}
	}
}

func TestForceAndDrop(t *testing.T) {
	b := newBench(t)
	first := b.must("prod")
	got, err := b.retriever().Retrieve(t.Context(), b.chain("prod"), session.Options{Force: true, Since: b.now()})
	if err != nil || got.AccessKeyID == first.AccessKeyID {
		t.Errorf("force gave the old session: %v", err)
	}
	if n, err := b.retriever().Drop(b.chain("prod"), true); n != 2 || err != nil {
		t.Errorf("dropped %d, %v", n, err)
	}
	for _, end := range b.retriever().State(b.chain("prod")) {
		if !end.IsZero() {
			t.Error("still cached")
		}
	}
}

// TestForceOnceForAll: a request for several profiles that wants all again gets what they
// share once: one code.
func TestForceOnceForAll(t *testing.T) {
	b := newBench(t)
	b.must("prod")
	b.pass(time.Minute)
	since := b.now()
	b.pass(time.Second)
	for _, name := range []string{"prod", "staging"} {
		if _, err := b.retriever().Retrieve(t.Context(), b.chain(name), session.Options{Force: true, Since: since}); err != nil {
			t.Error(err)
		}
	}
	b.calls(t, 2, 3)
}

// TestRenew: the steps that need no user are taken again, from the MFA session that there
// is; where they fail, what is cached stays.
func TestRenew(t *testing.T) {
	b := newBench(t)
	renew := func(name string) (session.Credentials, error) {
		b.pass(time.Minute)
		return b.retriever().Retrieve(t.Context(), b.chain(name), session.Options{Renew: true, Since: b.now()})
	}
	first := b.must("audit")
	b.calls(t, 1, 2)
	got, err := renew("audit")
	if err != nil || got.AccessKeyID == first.AccessKeyID || !got.Expires.After(first.Expires) {
		t.Errorf("%v: %+v", err, got)
	}
	b.calls(t, 1, 4)
	b.aws.Fail(loopback.Fault{Action: "AssumeRole", Status: 403, Code: "AccessDenied"})
	if _, err := renew("audit"); session.ReasonOf(err) != session.Denied {
		t.Error(err)
	}
	b.aws.Fail()
	if kept := b.must("audit"); kept.AccessKeyID != got.AccessKeyID {
		t.Error("the session of before is lost")
	}
	// The user's own session is a code's: the bench gives one, and nobody else would.
	if again, err := renew("alice"); err != nil || again.AccessKeyID == "" {
		t.Error(err)
	}
	b.calls(t, 2, 4)
}

// timed notes how long a lock is waited for; 0: without an end.
type timed struct {
	session.Cache
	waits *[]time.Duration
}

func (c timed) Lock(ctx context.Context, name string) (func(), error) {
	end, _ := ctx.Deadline()
	*c.waits = append(*c.waits, max(0, time.Until(end)))
	return c.Cache.Lock(ctx, name)
}

// TestRenewWaitsForNobody: a process at the same session may wait for a user, which a
// renewal does not.
func TestRenewWaitsForNobody(t *testing.T) {
	s := newScript(t)
	var waits []time.Duration
	s.cache = timed{s.store, &waits}
	for _, o := range []session.Options{{Force: true, Since: s.clock}, {Renew: true, Since: s.clock}} {
		if _, err := s.retriever().Retrieve(t.Context(), process(), o); err != nil {
			t.Error(err)
		}
	}
	if len(waits) != 2 || waits[0] != 0 || waits[1] <= 0 || waits[1] > 10*time.Second {
		t.Errorf("%v", waits)
	}
}

// TestOldFailureIsNoOnes: what failed before a request began, which says nothing of when
// that was, is not its own failure.
func TestOldFailureIsNoOnes(t *testing.T) {
	s := newScript(t)
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return session.Credentials{}, errors.New("refused on the page")
	}
	if _, err := s.get(process()); err == nil {
		t.Fatal("no failure")
	}
	s.clock = s.clock.Add(time.Minute)
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return s.keys(time.Hour), nil
	}
	if _, err := s.retriever().Retrieve(t.Context(), process(), session.Options{}); err != nil {
		t.Error(err)
	}
}
