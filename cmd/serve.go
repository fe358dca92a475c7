package cmd

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"guise/internal/local"
	"guise/session"
)

// serving gives a profile's credentials as a container's metadata service does, to
// who has the token: for SDKs that know no credential_process, and renew from there.
type serving struct {
	*app
	profile string
	token   string

	mu sync.Mutex // one request at a time: they are all for the same session
}

// Where SDKs look for it: "Container credential provider" in the AWS SDKs and tools
// reference.
const (
	varContainerURI   = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	varContainerToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
)

// serve listens until it is closed, and gives what a command's environment needs.
func (a *app) serve(profile string) (env []string, closeIt func(), err error) {
	s := &serving{app: a, profile: profile, token: rand.Text() + rand.Text()}
	server, err := local.Serve(s)
	if err != nil {
		return nil, nil, err
	}
	return []string{varContainerURI + "=" + server.URL() + "/credentials", varContainerToken + "=" + s.token}, server.Close, nil
}

// ServeHTTP answers an SDK.
func (s *serving) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/credentials" || r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(s.token)) != 1 {
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]string{"code": "AccessDenied", "message": "the authorization token is wrong"})
		return
	}
	got, err := s.fresh(r.Context())
	if err != nil {
		s.sayf("guise: %v", err)
		w.WriteHeader(http.StatusInternalServerError)
		_ = json.NewEncoder(w).Encode(map[string]string{"code": "NoCredentials", "message": "guise says why on its terminal"})
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]string{
		"AccessKeyId": got.AccessKeyID, "SecretAccessKey": got.SecretAccessKey.Reveal(), "Token": got.SessionToken.Reveal(),
		"Expiration": got.Expires.UTC().Format(time.RFC3339), "AccountId": got.AccountID,
	})
}

// fresh gets the credentials as they are now: the files may have been edited since.
func (s *serving) fresh(ctx context.Context) (session.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.filesOnce, s.began = nil, s.Now()
	_, got, err := s.credentials(ctx, s.profile, session.Options{})
	if err == nil && got.Expires.IsZero() {
		got.Expires = s.Now().Add(time.Hour) // keys without an end: asked for again then
	}
	return got, err
}

// attend runs a command to its end, and gives its status as a shell would. Ctrl-C and
// Ctrl-\ are the command's own business, as it has the terminal too; a signal to end
// is passed on, as what pass makes of it.
func attend(c *exec.Cmd, pass func(os.Signal) os.Signal) error {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	if err := c.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	for {
		select {
		case err := <-ended:
			if status := (*exec.ExitError)(nil); errors.As(err, &status) {
				return exitStatus(statusOf(status))
			}
			return err
		case s := <-signals:
			if s != os.Interrupt && s != syscall.SIGQUIT {
				_ = c.Process.Signal(pass(s))
			}
		}
	}
}
