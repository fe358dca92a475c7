package local

import (
	"crypto/rand"
	"net/http"
	"sync"

	"guise/internal/secret"
)

// A Page leads a browser to an address, once. The address itself may be a secret
// (a sign-in's, with its state), and the words of a program are public on most
// systems: so the browser is told the page's address instead.
//
// Where [TellsOwner] is true that address is harmless in a program's words: the
// page answers our own user alone. Where it is false whoever reads the address
// may take the page; see package browser for what is done there.
type Page struct {
	// URL is http://127.0.0.1:PORT/RANDOM.
	URL string
	// Taken is closed when a browser has been led on.
	Taken <-chan struct{}

	server *Server
}

// NewPage serves a page; refused is as of [ServeOurs].
func NewPage(to secret.Text, refused func(uid int)) (*Page, error) {
	path, taken := "/"+rand.Text(), make(chan struct{})
	var once sync.Once
	server, err := ServeOurs(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path || r.Method != http.MethodGet {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Referrer-Policy", "no-referrer")
		first := false
		once.Do(func() { first = true })
		if !first {
			http.Error(w, "this page was used already", http.StatusGone)
			return
		}
		http.Redirect(w, r, to.Reveal(), http.StatusSeeOther)
		close(taken)
	}), refused)
	if err != nil {
		return nil, err
	}
	return &Page{URL: server.URL() + path, Taken: taken, server: server}, nil
}

// Close takes the page away; an answer in work is finished.
func (p *Page) Close() { p.server.Close() }
