package ask

import (
	"context"
	"crypto/rand"
	"errors"
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

// Close takes the page away.
func (o *Opened) Close() {
	o.page.Close()
	if o.file != "" {
		_ = os.Remove(o.file)
	}
}

// Open opens an address in the browser, and returns at once. The address must be
// http or https. In place, which may be empty, the browser keeps what it opens
// apart from the rest, where it is one that can: see [Apart]. The page is there
// until it is closed.
func (b Browser) Open(address secret.Text, place string) (*Opened, error) {
	u, err := url.Parse(address.Reveal())
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, errors.New("this is not the address of a page")
	}
	if !b.CanOpen() {
		return nil, ErrNoBrowser
	}
	page, err := local.NewPage(address, b.refused)
	if err != nil {
		return nil, err
	}
	opened := &Opened{Taken: page.Taken, page: page}
	word, err := b.word(opened, pageIsPrivate())
	if err == nil {
		err = b.run(word, place)
	}
	if err != nil {
		opened.Close()
		return nil, err
	}
	return opened, nil
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
	case private, b.Command == firefoxContainers:
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
func (b Browser) run(word, place string) error {
	words, ok := Apart(b.Command, place, word)
	if !ok || place == "" {
		words, ok = b.Words(word)
	}
	if !ok {
		return ErrNoBrowser
	}
	c := exec.Command(words[0], words[1:]...) //nolint:gosec // the user's own browser
	c.Env = slices.DeleteFunc(b.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
	detach(c)
	if err := c.Start(); err != nil {
		return err
	}
	go func() { _ = c.Wait() }()
	return nil
}
