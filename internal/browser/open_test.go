//go:build unix

package browser

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"guise/internal/await"
	"guise/internal/local"
	"guise/internal/secret"
	"guise/internal/standin"
)

const signIn = "https://example.com/authorize?state=of-ours"

// browserOf is a browser that notes its words.
func browserOf(t *testing.T) (b Browser, words func() string) {
	t.Helper()
	dir := t.TempDir()
	notes, program := filepath.Join(dir, "words"), filepath.Join(dir, "a browser")
	script := "#!/bin/sh\necho \"$@\" >'" + notes + ".new' && mv '" + notes + ".new' '" + notes + "'\n"
	standin.Program(t, program, script)
	b = Browser{Command: program, Getenv: os.Getenv, Environ: os.Environ, Folder: func() (string, error) { return dir, nil }}
	return b, func() string {
		var said []byte
		await.NoError(t, func() (err error) { said, err = os.ReadFile(notes); return err })
		return strings.TrimSpace(string(said))
	}
}

// TestOpen: a browser's words lead to the address, and do not hold it.
func TestOpen(t *testing.T) {
	b, words := browserOf(t)
	opened, err := b.Open(secret.New(signIn))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if said := words(); strings.Contains(said, "state") || local.TellsOwner() && !strings.HasPrefix(said, "http://127.0.0.1:") {
		t.Errorf("the browser was told %q", said)
	}
	for _, address := range []string{"", "file:///etc/passwd", "javascript:alert(1)", "https:///x", "--version", "http://example.com/", "http://127.0.0.1.example.com/"} {
		if _, err := b.Open(secret.New(address)); err == nil {
			t.Errorf("%q was opened", address)
		}
	}
	b.Command = filepath.Join(t.TempDir(), "none")
	if _, err := b.Open(secret.New(signIn)); !errors.As(err, new(*CommandError)) {
		t.Errorf("%v", err)
	}
}

// TestHandedFile: where the system cannot tell who connects, the browser is told a
// file that nobody else can read, which leads to the page, and goes with it. One
// that may not be able to read it is not started.
func TestHandedFile(t *testing.T) {
	b, _ := browserOf(t)
	page, err := local.NewPage(secret.New(signIn), nil)
	if err != nil {
		t.Fatal(err)
	}
	opened := &Opened{Taken: page.Taken, page: page}
	dir, _ := b.Folder()
	stale := filepath.Join(dir, filePrefix+"STALE.html") // of a process that was killed
	if err := os.WriteFile(stale, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(stale, long, long); err != nil {
		t.Fatal(err)
	}
	word, err := b.file(opened)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(word)
	if err != nil || u.Scheme != "file" {
		t.Fatalf("%q %v", word, err)
	}
	info, err := os.Stat(u.Path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	text, _ := os.ReadFile(u.Path)
	to := regexp.MustCompile(`content="0;url=(http://127\.0\.0\.1:\d+/\w+)"`).FindStringSubmatch(string(text))
	if to == nil || strings.Contains(string(text), "state") {
		t.Fatalf("%s", text)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Get(to[1])
	if err != nil || answer.Header.Get("Location") != signIn {
		t.Errorf("%v %v", answer, err)
	} else {
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
	}
	<-opened.Taken
	opened.Close()
	for _, path := range []string{u.Path, stale} {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is left", path)
		}
	}

	b.Command = "firefox-containers" // opens no files
	if word, err := b.word(opened, false); err != nil || word != page.URL {
		t.Errorf("%q %v", word, err)
	}
	b.Command = "snap-or-flatpak"
	if word, err := b.word(opened, false); runtime.GOOS == "linux" && !errors.Is(err, ErrNoBrowser) {
		t.Errorf("%q %v", word, err)
	}
}
