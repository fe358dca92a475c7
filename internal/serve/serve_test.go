//go:build unix

package serve

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/process"
	"guise/internal/secret"
	"guise/session"
)

// asProcess makes this program the `guise credential-process` that a server starts: it
// prints what the variable holds and ends, with the status that is before it.
const asProcess = "SERVE_TEST_SAYS"

func TestMain(m *testing.M) {
	if says := os.Getenv(asProcess); says != "" {
		if says == "nobody" {
			_, _ = io.WriteString(os.Stderr, "guise: prod: nobody is here\nhint: guise login prod\n")
			os.Exit(3)
		}
		_, _ = io.WriteString(os.Stdout, says)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serving is a server of a profile, over a config file.
func serving(t *testing.T, says string, cached func() (Held, bool)) (s *Server, env awsenv.Env) {
	t.Helper()
	dir := t.TempDir()
	config := filepath.Join(dir, "config")
	if err := os.WriteFile(config, []byte("[default]\nregion = us-east-1\n[profile prod]\nregion = eu-west-1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := awsconfig.Read(config, config+".none")
	if err != nil {
		t.Fatal(err)
	}
	s, err = Start(Options{
		Profile: "prod", Files: files, Config: config, Dir: func() (string, error) { return dir, nil }, Cached: func(int) (Held, bool) { return cached() },
		Environ: func() []string { return append(os.Environ(), asProcess+"="+says) },
		Codes:   map[process.Status]string{3: "UserNeeded"}, Err: io.Discard, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, s.Environ(awsenv.Env{"AWS_CREDENTIAL_FILE=/x", "PATH=" + os.Getenv("PATH")})
}

// ask asks as an SDK does that finds the service in an environment.
func ask(t *testing.T, env awsenv.Env, token string) (status int, answer map[string]string) {
	t.Helper()
	url, _ := env.Get(awsenv.ContainerURI)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", token)
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	_ = json.NewDecoder(got.Body).Decode(&answer)
	return got.StatusCode, answer
}

func nothing() (Held, bool) { return Held{}, false }

// starting is the context of a command that is started: looked at when its process is there, and
// the server does not know which it is yet.
type starting struct {
	context.Context
	look func()
}

func (s starting) Done() <-chan struct{} { s.look(); return s.Context.Done() }

// TestAsksAtOnce: a command that asks as soon as it runs is asked for as itself.
func TestAsksAtOnce(t *testing.T) {
	s, _ := serving(t, "nobody", nothing)
	asked := make(chan int, 1)
	s.o.Cached = func(pid int) (Held, bool) { asked <- pid; return Held{}, false }
	var c *exec.Cmd
	looked := false
	c = exec.CommandContext(starting{t.Context(), func() {
		if looked || c == nil || c.Process == nil {
			return
		}
		looked = true
		go s.cached()
		if s.mu.TryLock() { // nothing keeps who asks from an answer: it has one before we go on
			s.mu.Unlock()
			asked <- <-asked
		}
	}}, "true")
	if err := s.Run(c); err != nil {
		t.Fatal(err)
	}
	if !looked {
		t.Fatal("the start of a command does not look at its context any more")
	}
	if pid := <-asked; pid != c.Process.Pid {
		t.Errorf("process %d asks, taken for %d", c.Process.Pid, pid)
	}
	if err := s.Run(exec.Command("/none/such")); err == nil { //nolint:gosec // fixed
		t.Error("what is not there was started")
	}
	if s.command() == 0 {
		t.Error("the process is forgotten")
	}
}

// TestServed: who has the token gets what is at hand; else what `guise
// credential-process` prints, or the code of why it gave nothing.
func TestServed(t *testing.T) {
	hour := time.Now().Add(time.Hour)
	atHand := func() (Held, bool) {
		return Held{Credentials: session.Credentials{AccessKeyID: "ASIACACHED", SecretAccessKey: secret.New("s"), SessionToken: secret.New("t"), Expires: hour}, Fresh: true}, true
	}
	printed := `{"Version":1,"AccessKeyId":"ASIAPRINTEDPRINTED","SecretAccessKey":"secret-secret","SessionToken":"token","Expiration":"` + hour.UTC().Format(time.RFC3339) + `"}`
	for name, c := range map[string]struct {
		says   string
		cached func() (Held, bool)
		status int
		field  string
		want   string
	}{
		"at hand":  {"nobody", atHand, http.StatusOK, "AccessKeyId", "ASIACACHED"},
		"asked":    {printed, nothing, http.StatusOK, "AccessKeyId", "ASIAPRINTEDPRINTED"},
		"nobody":   {"nobody", nothing, http.StatusForbidden, "code", "UserNeeded"},
		"nonsense": {"nonsense", nothing, http.StatusServiceUnavailable, "code", "CredentialsUnavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			_, env := serving(t, c.says, c.cached)
			token, _ := env.Get(awsenv.ContainerToken)
			if status, got := ask(t, env, token); status != c.status || got[c.field] != c.want {
				t.Errorf("%d %q", status, got)
			}
			if status, got := ask(t, env, "another"); status == http.StatusOK || got["AccessKeyId"] != "" {
				t.Errorf("without the token: %d %q", status, got)
			}
		})
	}
}

// TestRun: the command finds the service, the profile's region, and no profile or file
// that SDKs would read first. When it has ended nothing is left.
func TestRun(t *testing.T) {
	s, env := serving(t, "nobody", nothing)
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	c := &exec.Cmd{Path: sh, Args: []string{"sh", "-c", `echo "$AWS_PROFILE:$AWS_CREDENTIAL_FILE:$AWS_REGION"; exit 7`}, Env: env, Stdout: &out}
	if err := s.Run(c); err != process.Status(7) || out.String() != "::eu-west-1\n" { //nolint:errorlint // the status itself
		t.Errorf("%v %q", err, out.String())
	}
	copied, ok := env.Get(awsenv.ConfigFile)
	if _, err := os.Stat(copied); !ok || err != nil {
		t.Errorf("the command sees no copy of the config file: %q %v", copied, err)
	}
	s.Close()
	if _, err := os.Stat(copied); !os.IsNotExist(err) {
		t.Errorf("the copy is left: %v", err)
	}
}
