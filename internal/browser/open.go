package browser

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"guise/internal/files"
	"guise/internal/local"
	"guise/internal/secret"
)

// What a browser is told. Other users of the machine can read the words of every
// program, and an address may be a secret, or lead somebody else into our sign-in.
// So no word of a browser is such an address:
//
//   - Where the system can tell whose a connection is (Linux), or where other users
//     cannot read the words (Windows), the word is a page of ours on 127.0.0.1,
//     which leads on once, and answers nobody else.
//   - Elsewhere (macOS) it is a file that nobody else can read, which leads to that
//     page. A container of Firefox opens no files: there it is the page, and
//     another user who is faster may take it.
//   - On a Linux that cannot tell, no browser is started: a browser of a snap or a
//     flatpak, or on the Windows side, could not read the file.

// Opened is a page that a browser was sent to.
type Opened struct {
	// Taken is closed when the browser has been led on.
	Taken <-chan struct{}

	page *local.Page
	file string // that leads to the page; empty where there is none
}

// pageWait is how long a browser may take to fetch a page.
const pageWait = time.Minute

// ErrNotTaken: no browser came for a page.
var ErrNotTaken = errors.New("no browser came for the page")

// Await waits until the browser has been led on. Its errors are ErrNotTaken and the
// context's.
func (o *Opened) Await(ctx context.Context) error {
	select {
	case <-o.Taken:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(pageWait):
		return ErrNotTaken
	}
}

// Show opens an address in the browser and waits until it is there; opened is called when the
// browser has started. Its errors are those of Open and of Await.
func (b Browser) Show(ctx context.Context, address secret.Text, opened func()) error {
	page, err := b.Open(address)
	if err != nil {
		return err
	}
	defer page.Close()
	opened()
	return page.Await(ctx)
}

// Close takes the page away.
func (o *Opened) Close() {
	o.page.Close()
	if o.file != "" {
		_ = os.Remove(o.file)
	}
}

// Open opens an address in the browser, and returns at once. The address must be https,
// or http on this machine. The page is there until it is closed. Its errors are those of
// [Browser.Words], and why the browser could not be started.
func (b Browser) Open(address secret.Text) (*Opened, error) {
	if !isPage(address.Reveal()) {
		return nil, errors.New("this is not the address of a page: https, or http on this machine")
	}
	if _, err := b.Words("https://"); err != nil {
		return nil, err
	}
	page, err := local.NewPage(address, b.refused)
	if err != nil {
		return nil, err
	}
	opened := &Opened{Taken: page.Taken, page: page}
	word, err := b.word(opened, pageIsPrivate())
	if err == nil {
		err = b.run(word)
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
}

func isPage(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func (b Browser) refused(uid int) {
	if b.Say != nil {
		b.Say(local.Refused(uid) + " to the page that opens in your browser")
	}
}

// pageIsPrivate is whether a page's address may be seen by other users, or is not.
func pageIsPrivate() bool { return runtime.GOOS == "windows" || local.TellsOwner() }

// word is the address that the browser is told.
func (b Browser) word(o *Opened, private bool) (string, error) {
	switch {
	case private, strings.HasPrefix(b.Command, "firefox"+containers):
		return o.page.URL, nil
	case runtime.GOOS == "linux" || b.Folder == nil:
		return "", ErrNoBrowser
	}
	return b.file(o)
}

// file writes a file that leads to the page.
func (b Browser) file(o *Opened) (string, error) {
	dir, err := b.Folder()
	if err != nil {
		return "", err
	}
	// Those of a process that was killed. They lead nowhere any more.
	old, _ := filepath.Glob(filepath.Join(dir, filePrefix+"*"))
	for _, path := range old {
		if info, err := os.Lstat(path); err == nil && time.Since(info.ModTime()) > time.Hour {
			_ = os.Remove(path)
		}
	}
	o.file = filepath.Join(dir, filePrefix+rand.Text()+".html")
	text := `<!doctype html><meta charset="utf-8"><title>guise</title><meta http-equiv="refresh" content="0;url=` + o.page.URL + `">` +
		`<p><a href="` + o.page.URL + `">Go on</a>` + "\n"
	if err := files.Replace(o.file, []byte(text)); err != nil { // mode 0600
		return "", err
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(o.file)}).String(), nil
}

const filePrefix = "open-"

// run starts the browser. It gets none of the AWS_ variables, and no shell is
// between.
func (b Browser) run(word string) error {
	words, err := b.Words(word)
	if err != nil {
		return err
	}
	c := exec.Command(words[0], words[1:]...) //nolint:gosec // the user's own browser
	c.Env = slices.DeleteFunc(b.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
	if b.isWindows(words[0]) && filepath.IsAbs(words[0]) {
		c.Dir = filepath.Dir(words[0]) // cmd.exe cannot be in a folder of Linux
	}
	detach(c)
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }()
	return nil
}
