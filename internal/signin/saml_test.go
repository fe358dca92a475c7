//go:build unix

package signin_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"guise/internal/await"
	"guise/internal/files"
	"guise/internal/signin"
	"guise/internal/standin"
	"guise/session"
)

// TestBrowserThatIsAScript: where the browser is a child of what was started, as of a
// script, a sign-in that is given up ends at once, and the browser with it.
func TestBrowserThatIsAScript(t *testing.T) {
	b := newBench(t)
	script, alive := filepath.Join(b.dir, "browser"), filepath.Join(b.dir, "alive")
	standin.Program(t, script, "#!/bin/sh\nsh -c 'exec sleep 1000 >"+alive+"'\ntrue\n")
	if err := syscall.Mkfifo(alive, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	saml := &signin.SAML{
		Browser: script, Folder: files.Folder{Root: b.dir, Below: "profile"}, Environ: append(os.Environ(), "DISPLAY=:0"), Person: b, Cache: b.store, Limit: await.Patience,
	}
	b.act = func(signin.Visit) {}
	ended := make(chan error, 1)
	go func() {
		_, err := saml.Assertion(ctx, session.Link{URL: "http://127.0.0.1/idp"}, "federated")
		ended <- err
	}()
	started, err := os.Open(alive) // once the browser writes there
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err == nil {
		t.Error("signed in")
	}
	if _, err := io.ReadAll(started); err != nil { // until it does no more
		t.Error(err)
	}
}
