//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"guise/internal/await"
)

// TestConsole: the address is in nobody's argv, and works once.
func TestConsole(t *testing.T) {
	w := adopted(t)
	opened := filepath.Join(w.dir, "opened")
	script := "#!/bin/sh\necho \"$@\" >" + opened + "\nexec " + os.Args[0] + " \"$@\"\n"
	w.program(filepath.Join(w.home, "browser"), script)
	env := []string{"GUISE_BROWSER=" + filepath.Join(w.home, "browser"), browserDecides + "=fetch"}
	got := w.run(env, "guise", "console", "deploy", "--service", "s3")
	data, _ := os.ReadFile(opened)
	if got.code != 0 || got.out != "" || !strings.HasPrefix(string(data), "http://127.0.0.1:") || strings.Contains(string(data), "SigninToken") {
		t.Errorf("%+v: %s", got, data)
	}
	var page []byte
	await.That(t, "the page of who is signed in", func() bool { // the browser is there when guise has ended
		page, _ = os.ReadFile(filepath.Join(w.dir, "pages"))
		return strings.Contains(string(page), "signed in")
	})
	if !strings.Contains(string(page), "signed in as arn:aws:sts::333333333333:assumed-role/Deploy/guise-alice at https://console.aws.amazon.com/s3/home?region=eu-west-1") {
		t.Errorf("%s", page)
	}
	if got := w.guise("console", "deploy", "--print", "--destination", "https://console.aws.amazon.com/x"); !strings.Contains(got.out, "SigninToken=") || !strings.Contains(got.out, "Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fx") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("console", "ci", "--print"); got.code != 0 || len(w.aws.Calls("GetFederationToken")) != 1 {
		t.Errorf("a user: %+v", got)
	}
	if got := w.run([]string{"GUISE_BROWSER=/nowhere/at/all"}, "guise", "console", "deploy"); got.code != 1 || !strings.Contains(got.err, "--print") {
		t.Errorf("%+v", got)
	}
}

// TestConsoleLoginByAnotherClock: what proves who asks is dated by AWS's clock.
func TestConsoleLoginByAnotherClock(t *testing.T) {
	w := adopted(t)
	w.aws.SetSkew(-24 * time.Hour)
	s := w.shell("bash")
	s.Type("guise login console\r")
	s.See("console: 111111111111")
}

// TestLoginIsShared: the console sign-in that guise makes is one that the Go SDK
// uses and renews by itself, and guise goes on with what the SDK has renewed.
func TestLoginIsShared(t *testing.T) {
	w := newWorld(t)
	s := w.shell("zsh")
	s.Type("guise login console\r")
	s.See("console: 111111111111")
	files, err := filepath.Glob(filepath.Join(w.home, ".aws/login/cache/*.json"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	end := regexp.MustCompile(`"expiresAt":"20`)
	expire := func() {
		data, err := os.ReadFile(files[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(files[0], end.ReplaceAll(data, []byte(`"expiresAt":"19`)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The SDK's own provider: LoadDefaultConfig gives it no endpoint of ours.
	url := aws.String(w.server.URL())
	for range 2 {
		provider := logincreds.New(signin.New(signin.Options{Region: "eu-west-1", BaseEndpoint: url}), files[0])
		client := sts.New(sts.Options{Region: "eu-west-1", BaseEndpoint: url, Credentials: provider})
		out, err := client.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil || aws.ToString(out.Arn) != "arn:aws:iam::111111111111:user/alice" {
			t.Fatalf("%v %v", out, err)
		}
		expire()
	}
	if err := os.RemoveAll(filepath.Join(w.home, ".cache")); err != nil {
		t.Fatal(err)
	}
	if got := w.guise("whoami", "console"); !strings.Contains(got.out, "user/alice") || len(w.pages()) != 1 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("console", "console", "--print"); got.out != "https://console.aws.amazon.com/console/home?region=eu-west-1\n" {
		t.Errorf("%+v", got)
	}
	if n := w.aws.Done("CreateOAuth2Token"); n != 3 { // the sign-in, the SDK, guise
		t.Errorf("%d calls of CreateOAuth2Token", n)
	}
}
