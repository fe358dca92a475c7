package loopback

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
)

const serial = "arn:aws:iam::111111111111:mfa/me"

func roleARN(name string) string { return "arn:aws:iam::222222222222:role/" + name }

// world is an AWS with a user that has a device, and roles of every kind.
func world(t *testing.T) (*AWS, User, *Server) {
	t.Helper()
	now := time.Now() // it stands: a window of codes does not end in the middle of a test
	a := New(func() time.Time { return now })
	me := a.AddUser(User{Account: "111111111111", Name: "me", MFASerial: serial})
	for _, r := range []Role{
		{ARN: roleARN("open")},
		{ARN: roleARN("mfa"), RequireMFA: true, MaxDuration: 2 * time.Hour},
		{ARN: roleARN("external"), ExternalID: "x"},
		{ARN: roleARN("code"), OwnCode: true},
		{ARN: roleARN("chained"), Trusts: []string{roleARN("open")}, MaxDuration: 12 * time.Hour},
		{ARN: roleARN("others"), Trusts: []string{"999999999999"}},
	} {
		if r.Trusts == nil {
			r.Trusts = []string{"111111111111"}
		}
		a.AddRole(r)
	}
	s, err := a.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return a, me, s
}

func client(s *Server, id, secret, token string) *sts.Client {
	keys := func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token}, nil
	}
	return sts.New(sts.Options{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL()), Credentials: aws.CredentialsProviderFunc(keys), Retryer: aws.NopRetryer{},
	})
}

func as(s *Server, c *types.Credentials) *sts.Client {
	return client(s, *c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func assume(t *testing.T, c *sts.Client, in sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) {
	t.Helper()
	if in.RoleSessionName == nil {
		in.RoleSessionName = aws.String("me")
	}
	return c.AssumeRole(t.Context(), &in)
}

func wantCode(t *testing.T, err error, code, words string) {
	t.Helper()
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), words) {
		t.Errorf("%v, want %s with %q", err, code, words)
	}
}

func TestWhoIsWho(t *testing.T) {
	_, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	out, err := c.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *out.Arn != me.ARN() || *out.Account != "111111111111" {
		t.Fatalf("%+v %v", out, err)
	}
	role, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))})
	if err != nil {
		t.Fatal(err)
	}
	out, err = as(s, role.Credentials).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || *out.Arn != "arn:aws:sts::222222222222:assumed-role/open/me" || *out.Arn != *role.AssumedRoleUser.Arn {
		t.Errorf("%+v %v", out, err)
	}
}

func TestSignatures(t *testing.T) {
	a, me, s := world(t)
	who := func(c *sts.Client) error {
		_, err := c.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		return err
	}
	wantCode(t, who(client(s, me.AccessKeyID, "wrong", "")), "SignatureDoesNotMatch", "does not match")
	wantCode(t, who(client(s, "AKIAUNKNOWN", "x", "")), "InvalidClientTokenId", "invalid")
	wantCode(t, who(client(s, me.AccessKeyID, me.SecretAccessKey, "a token")), "InvalidClientTokenId", "invalid")
	role, err := assume(t, client(s, me.AccessKeyID, me.SecretAccessKey, ""), sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))})
	if err != nil {
		t.Fatal(err)
	}
	k := role.Credentials
	wantCode(t, who(client(s, *k.AccessKeyId, *k.SecretAccessKey, *k.SessionToken+"x")), "InvalidClientTokenId", "invalid")
	a.SetSkew(20 * time.Minute)
	wantCode(t, who(client(s, me.AccessKeyID, me.SecretAccessKey, "")), "SignatureDoesNotMatch", "Signature expired")
	a.SetSkew(-20 * time.Minute)
	wantCode(t, who(client(s, me.AccessKeyID, me.SecretAccessKey, "")), "SignatureDoesNotMatch", "not yet current")
	a.SetSkew(0)

	for what, change := range map[string]func(*http.Request){
		"no signature": func(r *http.Request) { r.Header.Del("Authorization") },
		"another host": func(r *http.Request) { r.Host = "example.com" },
	} {
		r, _ := http.NewRequestWithContext(context.Background(), http.MethodPost, s.URL(), strings.NewReader("Action=GetCallerIdentity"))
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 nonsense")
		change(r)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode < 400 {
			t.Errorf("%s: %d %s", what, answer.StatusCode, body)
		}
	}
}

func TestSessionsAndCodes(t *testing.T) {
	a, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	code, err := a.Code(serial)
	if err != nil {
		t.Fatal(err)
	}
	get := func(c *sts.Client, code string, seconds int32) (*sts.GetSessionTokenOutput, error) {
		return c.GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String(serial), TokenCode: aws.String(code), DurationSeconds: aws.Int32(seconds)})
	}
	_, err = get(c, "000000", 3600)
	wantCode(t, err, "AccessDenied", "invalid MFA one time pass code")
	_, err = get(c, code, 60)
	wantCode(t, err, "ValidationError", "durationSeconds")
	first, err := get(c, code, 3600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = get(c, code, 3600)
	wantCode(t, err, "AccessDenied", "invalid MFA one time pass code")
	_, err = get(as(s, first.Credentials), code, 3600)
	wantCode(t, err, "AccessDenied", "with session credentials")
	if _, err := assume(t, as(s, first.Credentials), sts.AssumeRoleInput{RoleArn: aws.String(roleARN("mfa"))}); err != nil {
		t.Errorf("the session does not carry its MFA: %v", err)
	}
	next, err := a.Code(serial)
	if err != nil || next == code {
		t.Fatalf("%s, then %s: %v", code, next, err)
	}
	if _, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("code")), SerialNumber: aws.String(serial), TokenCode: aws.String(next)}); err != nil {
		t.Error(err)
	}
	if _, err := a.Code(serial); err == nil {
		t.Error("a third code within a window")
	}
}

func TestTrust(t *testing.T) {
	_, me, s := world(t)
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	for _, role := range []string{"mfa", "external", "others", "code", "no-such-role"} {
		_, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN(role))})
		wantCode(t, err, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: "+roleARN(role))
	}
	if _, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("external")), ExternalId: aws.String("x")}); err != nil {
		t.Error(err)
	}
	_, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), DurationSeconds: aws.Int32(7200)})
	wantCode(t, err, "ValidationError", "MaxSessionDuration")
	_, err = assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), RoleSessionName: aws.String("a b")})
	wantCode(t, err, "ValidationError", "roleSessionName")
	open, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := assume(t, as(s, open.Credentials), sts.AssumeRoleInput{RoleArn: aws.String(roleARN("chained"))}); err != nil {
		t.Error(err)
	}
	_, err = assume(t, as(s, open.Credentials), sts.AssumeRoleInput{RoleArn: aws.String(roleARN("chained")), DurationSeconds: aws.Int32(7200)})
	wantCode(t, err, "ValidationError", "role chaining")
}

func TestEndsAndFaults(t *testing.T) {
	now := time.Now()
	var mu sync.Mutex
	a := New(func() time.Time { mu.Lock(); defer mu.Unlock(); return now })
	me := a.AddUser(User{Account: "111111111111", Name: "me"})
	a.AddRole(Role{ARN: roleARN("open"), Trusts: []string{"111111111111"}})
	s, err := a.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	c := client(s, me.AccessKeyID, me.SecretAccessKey, "")
	role, err := assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open")), DurationSeconds: aws.Int32(900)})
	if err != nil {
		t.Fatal(err)
	}
	// Ended, by a clock that is still near enough for the signature.
	a.mu.Lock()
	a.keys[*role.Credentials.AccessKeyId].expires = now.Add(-time.Second)
	a.mu.Unlock()
	_, err = as(s, role.Credentials).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	wantCode(t, err, "ExpiredToken", "expired")

	a.Fail(Fault{Action: "AssumeRole", Times: 1, Status: 503, Code: "Throttling"})
	_, err = assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))})
	wantCode(t, err, "Throttling", "")
	a.Fail(Fault{Action: "AssumeRole", Times: 1, Drop: true})
	if _, err = assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))}); err == nil {
		t.Error("the connection was not dropped")
	}
	if _, err = assume(t, c, sts.AssumeRoleInput{RoleArn: aws.String(roleARN("open"))}); err != nil {
		t.Errorf("the fault goes on: %v", err)
	}
	if all, done := len(a.Calls("AssumeRole")), a.Done("AssumeRole"); all != 4 || done != 2 {
		t.Errorf("%d calls, %d of them done", all, done)
	}
}

// TestTOTP: the vectors of RFC 6238, appendix B (SHA-1, cut to six digits), and
// oathtool's opinion where it is installed.
func TestTOTP(t *testing.T) {
	d := &device{seed: []byte("12345678901234567890")}
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := d.code(windowOf(time.Unix(at, 0))); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
	}
	if path, err := exec.LookPath("oathtool"); err == nil {
		out, err := exec.Command(path, "--totp", "--now", "2026-05-04 12:00:00 UTC", "3132333435363738393031323334353637383930").Output()
		if got := d.code(windowOf(time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC))); err != nil || got != strings.TrimSpace(string(out)) {
			t.Errorf("%s, oathtool says %s %v", got, out, err)
		}
	}
}

func TestDemoWorld(t *testing.T) {
	_, files := DemoWorld(time.Now)
	if n := strings.Count(files.ConfigFile, "[profile "); n < 12 {
		t.Errorf("%d profiles", n)
	}
	if strings.Contains(files.CredentialsFile, "_ID") || strings.Contains(files.CredentialsFile, "SECRET\n") {
		t.Error("keys were not put in")
	}
}
