package signin

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"guise/internal/secret"
)

// A browser is a Chromium that is driven over its DevTools protocol, by two
// pipes: messages are JSON, each ended by a NUL byte
// (https://chromedevtools.github.io/devtools-protocol, --remote-debugging-pipe).
type browser struct {
	cmd    *exec.Cmd
	to     io.WriteCloser
	from   *bufio.Reader
	pipe   *os.File
	lastID int
}

// message is what goes either way.
type message struct {
	ID      int             `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// closesWithin is how long a browser that is told to end may take; it writes its
// cookies then.
const closesWithin = 3 * time.Second

// largestMessage bounds what a page makes the browser tell, in bytes: a SAML
// response is at most 100 kB.
const largestMessage = 16 << 20

// start starts the browser. It ends when ctx does.
func (s *SAML) start(ctx context.Context) (*browser, error) {
	if err := s.Folder.Make(); err != nil { // it holds the sign-in's cookies
		return nil, err
	}
	toBrowser, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	read, fromBrowser, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, toBrowser.Close(), write.Close())
	}
	c := exec.CommandContext(ctx, s.Browser, s.words()...) //nolint:gosec // the user's own browser
	c.Env, c.WaitDelay = s.Environ, closesWithin
	c.ExtraFiles = []*os.File{toBrowser, fromBrowser} // 3 and 4
	apart(c)
	err = c.Start()
	_, _ = toBrowser.Close(), fromBrowser.Close()
	if err != nil {
		return nil, errors.Join(err, write.Close(), read.Close())
	}
	return &browser{cmd: c, to: write, from: bufio.NewReader(read), pipe: read}, nil
}

// hurry ends a receive that waits: the browser may be gone with its end of the pipe
// still open in a child.
func (b *browser) hurry() { _ = b.pipe.SetReadDeadline(time.Now()) }

// close asks the browser to end, and waits until it has: until nothing that it has
// started could write to us.
func (b *browser) close() {
	_ = b.send("", "Browser.close", nil)
	_ = b.pipe.SetReadDeadline(time.Now().Add(2 * closesWithin))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = io.Copy(io.Discard, b.from)
		_ = b.cmd.Wait()
	}()
	select {
	case <-ended:
	case <-time.After(closesWithin):
		kill(b.cmd)
		<-ended
	}
	_, _ = b.to.Close(), b.pipe.Close()
}

func (b *browser) send(session, method string, params any) error {
	b.lastID++
	m := message{ID: b.lastID, Method: method, Session: session}
	if params != nil {
		data, err := json.Marshal(params)
		if err != nil {
			return err
		}
		m.Params = data
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = b.to.Write(append(data, 0))
	return err
}

func (b *browser) receive() (message, error) {
	var m message
	var data []byte
	for {
		part, err := b.from.ReadSlice(0)
		data = append(data, part...)
		switch {
		case err == nil:
			return m, json.Unmarshal(data[:len(data)-1], &m)
		case !errors.Is(err, bufio.ErrBufferFull):
			return m, err
		case len(data) > largestMessage:
			return m, &RefusedError{"the page sends more data than a sign-in may have"}
		}
	}
}

type object map[string]any

// errClosed: the user closed the window.
var errClosed = &RefusedError{"the browser was closed before the sign-in was finished"}

// catch opens the provider's page in each window that there is, and waits for
// the form that goes to AWS. It holds that request back, so that the assertion
// is used once, by guise.
func (b *browser) catch(start string, receivers []string) (secret.Text, error) {
	begin := []struct {
		method string
		params object
	}{
		{"Target.setDiscoverTargets", object{"discover": true}},
		{"Target.setAutoAttach", object{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
	}
	for _, command := range begin {
		if err := b.send("", command.method, command.params); err != nil {
			return secret.Text{}, errClosed
		}
	}
	opened, first, pages := false, "", map[string]bool{}
	for {
		m, err := b.receive()
		if errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) {
			return secret.Text{}, errClosed
		}
		if err != nil {
			return secret.Text{}, fmt.Errorf("the browser: %w", err)
		}
		switch m.Method {
		case "Target.attachedToTarget":
			session, page := attached(m)
			if !page {
				err = b.send(session, "Runtime.runIfWaitingForDebugger", nil)
				break
			}
			pages[session] = true
			err = b.watch(session)
			if !opened && err == nil {
				// In a tab of its own: in the first one, which is empty, the keys
				// would go to the address bar.
				opened, first = true, session
				err = b.send("", "Target.createTarget", object{"url": start})
			} else if first != "" && err == nil {
				err = b.send(first, "Page.close", nil)
				first = ""
			}
		case "Target.detachedFromTarget":
			var gone struct{ SessionID string }
			_ = json.Unmarshal(m.Params, &gone)
			if delete(pages, gone.SessionID); opened && len(pages) == 0 {
				return secret.Text{}, errClosed
			}
		case "Fetch.requestPaused":
			var found secret.Text
			if found, err = b.paused(m, receivers); err == nil && !found.Empty() {
				return found, nil
			}
		}
		if err != nil {
			return secret.Text{}, errClosed
		}
	}
}

// attached reads of a target whether it is a page, and its session.
func attached(m message) (session string, page bool) {
	var params struct {
		SessionID  string
		TargetInfo struct{ Type string }
	}
	_ = json.Unmarshal(m.Params, &params)
	return params.SessionID, params.TargetInfo.Type == "page"
}

// watch holds back the forms of a page, and those of what it opens.
func (b *browser) watch(session string) error {
	for _, command := range []struct {
		method string
		params any
	}{
		{"Target.setAutoAttach", object{"autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true}},
		{"Fetch.enable", object{"patterns": []object{{"urlPattern": "*/saml*", "requestStage": "Request"}}}},
		{"Runtime.runIfWaitingForDebugger", nil},
	} {
		if err := b.send(session, command.method, command.params); err != nil {
			return err
		}
	}
	return nil
}

// paused looks at a request that is held back: the one to AWS is answered by a
// page of ours, any other goes on.
func (b *browser) paused(m message, receivers []string) (secret.Text, error) {
	var params struct {
		RequestID string
		Request   struct {
			URL, Method, PostData string
			PostDataEntries       []struct{ Bytes []byte }
		}
	}
	if err := json.Unmarshal(m.Params, &params); err != nil {
		return secret.Text{}, err
	}
	form := params.Request.PostData
	if form == "" {
		for _, entry := range params.Request.PostDataEntries {
			form += string(entry.Bytes)
		}
	}
	response, ok := responseOf(form)
	if !ok || params.Request.Method != "POST" || !isReceiver(params.Request.URL, receivers) {
		return secret.Text{}, b.send(m.Session, "Fetch.continueRequest", object{"requestId": params.RequestID})
	}
	return response, b.send(m.Session, "Fetch.fulfillRequest", object{
		"requestId": params.RequestID, "responseCode": 200, "body": []byte("<!doctype html><title>guise</title><p>Signed in."),
	})
}
