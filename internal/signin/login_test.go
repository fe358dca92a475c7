package signin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/awsapi"
	"guise/internal/loopback"
	"guise/internal/signin"
	"guise/session"
)

// TestConsoleLogin: a sign-in of `aws login`, renewed each time by the refresh token before;
// one that cannot be kept is used, and one of somebody else is not.
func TestConsoleLogin(t *testing.T) {
	b := newBench(t)
	api, err := awsapi.New(awsapi.Settings{Region: func(session.Place, string) string { return "eu-west-1" }, Now: b.now})
	if err != nil {
		t.Fatal(err)
	}
	link := session.Link{Kind: session.Login, LoginARN: loopback.DemoLogin, Place: session.Place{Endpoint: b.link.Endpoint}}
	login := &signin.Login{Dir: filepath.Join(b.dir, "login"), Console: api, Person: b, Now: b.now, Limit: 20 * time.Second}
	first, err := login.Credentials(t.Context(), link, session.BaseOptions{})
	if err != nil || first.AccessKeyID == "" || first.AccountID != loopback.DemoAccount {
		t.Fatalf("%+v, %v", first, err)
	}
	b.absent = true
	for range 3 { // each time with the new refresh token, by the same key
		b.pass(14 * time.Minute)
		got, err := login.Credentials(t.Context(), link, session.BaseOptions{})
		if err != nil || got.AccessKeyID == first.AccessKeyID {
			t.Fatalf("not renewed: %v", err)
		}
		first = got
	}
	b.absent = false
	nowhere := *login
	nowhere.Dir = filepath.Join(b.dir, "file", "login")
	if err := os.WriteFile(filepath.Join(b.dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := nowhere.Credentials(t.Context(), link, session.BaseOptions{})
	if err != nil || got.AccessKeyID == "" || len(b.said) != 1 || !strings.HasPrefix(b.said[0], "the sign-in could not be kept: ") {
		t.Errorf("a sign-in that cannot be kept is withheld: %v, %q", err, b.said)
	}
	link.LoginARN = "arn:aws:iam::111111111111:user/bob"
	if _, err := login.Credentials(t.Context(), link, session.BaseOptions{}); err == nil || !strings.Contains(err.Error(), "user/alice") {
		t.Errorf("somebody else's sign-in was taken: %v", err)
	}
}
