package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"guise/internal/faults/inject"
)

// cleanRun is a command without a fault: what its end must be compared with.
type cleanRun struct {
	saved       saved
	calls       []inject.Call
	code        int
	before, end end
	// Every text of the two files, and of the shell's, that was ever there.
	configs, credentials, starts []string
}

// prepare brings the world into a state, and saves it.
func (w *world) prepare(name string, made map[string]saved) (saved, error) {
	if s, ok := made[name]; ok && time.Since(s.at) < stale {
		return s, w.restore(s)
	}
	st, known := states()[name]
	if !known {
		return saved{}, fmt.Errorf("there is no state %s", name)
	}
	if st.from != "" {
		if _, err := w.prepare(st.from, made); err != nil {
			return saved{}, err
		}
	} else if err := w.start(st); err != nil {
		return saved{}, err
	}
	if st.before != nil {
		if err := st.before(w); err != nil {
			return saved{}, fmt.Errorf("state %s: %w", name, err)
		}
	}
	for i := range st.steps {
		if err := w.must(&st.steps[i], st.steps[i].args...); err != nil {
			return saved{}, fmt.Errorf("state %s: %w", name, err)
		}
	}
	if st.after != nil {
		if err := st.after(w); err != nil {
			return saved{}, fmt.Errorf("state %s: %w", name, err)
		}
	}
	s, err := w.save(name)
	made[name] = s
	return s, err
}

// start is where a state that comes from no other begins.
func (w *world) start(st state) error {
	w.sweep()
	w.asUser(func() { setKernelKeys(w.root+"/", nil) })
	if err := w.hasKeyring(st.keyring); err != nil {
		return err
	}
	if w.keyring != nil {
		if err := w.keyring.set(nil); err != nil {
			return err
		}
	}
	return w.fresh()
}

// clean runs a command in its state, without a fault.
func (w *world) clean(s *story, made map[string]saved) (c *cleanRun, err error) {
	c = &cleanRun{}
	if c.saved, err = w.prepare(s.state, made); err != nil {
		return nil, err
	}
	if c.before, err = w.look(); err != nil {
		return nil, err
	}
	see := func(e end) {
		if !slices.Contains(c.configs, e.config) {
			c.configs = append(c.configs, e.config)
		}
		if !slices.Contains(c.credentials, e.credentials) {
			c.credentials = append(c.credentials, e.credentials)
		}
		if !slices.Contains(c.starts, e.start) {
			c.starts = append(c.starts, e.start)
		}
	}
	r, err := w.run(s, s.args, inject.Fault{}, func(call inject.Call) {
		if !strings.Contains(call.Path, ".aws") && !strings.Contains(call.Path, "/other") && !strings.HasSuffix(call.Path, startFile) {
			return
		}
		if e, err := w.look(); err == nil {
			see(e)
		}
	})
	if err != nil {
		return nil, err
	}
	w.sweep()
	if c.end, err = w.look(); err != nil {
		return nil, err
	}
	see(c.before)
	see(c.end)
	c.calls, c.code = r.Calls, r.Code
	if r.Hung || r.Code != s.code {
		return nil, fmt.Errorf("%s does not work without a fault: %d: %s%s", s.name, r.Code, r.Out, r.Err)
	}
	if at := unsafeRename(c.calls); at != "" {
		return nil, fmt.Errorf("%s: %s takes its name before it is on the disk: a power cut would leave half of it", s.name, at)
	}
	if v := w.handedOut(s, r); v.what != "" {
		return nil, fmt.Errorf("%s: %s: %s", s.name, v.what, v.detail)
	}
	if name := c.end.barer(c.before); name != "" {
		return nil, fmt.Errorf("%s leaves %s open to others", s.name, name)
	}
	for _, user := range append([]string{ofMade}, s.gone...) {
		if in := c.end.secrets[user]; len(in) > 0 {
			return nil, fmt.Errorf("%s leaves the secret of %s in %v", s.name, user, in)
		}
	}
	if v, err := w.allWork(s); err != nil || v.what != "" {
		return nil, fmt.Errorf("%s: %s %s %w", s.name, v.what, v.detail, err)
	}
	return c, nil
}

// unsafeRename finds a file that takes the name of another before what was written to
// it is on the disk. No kill shows that: only a power cut would.
func unsafeRename(calls []inject.Call) string {
	synced := map[string]bool{}
	for _, c := range calls {
		switch {
		case c.From != "" && !synced[c.From] && matters(c.Path):
			return c.From
		case c.Name == "fsync":
			synced[c.Path] = true
		case c.Name == "write":
			delete(synced, c.Path)
		}
	}
	return ""
}

// matters reports whether a file holds what cannot be had again. Of the others (the
// cache, what SSO gave, the history) a power cut may take the last text.
func matters(path string) bool {
	for _, name := range []string{awsConfig, awsCredentials, otherConfig, otherCredentials, vaultFile, "/keys.json", startFile} {
		if strings.HasSuffix(path, name) || strings.Contains(path, backups) {
			return true
		}
	}
	return false
}
