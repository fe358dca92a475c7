package session_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/session"
)

// awsFiles are a config file of a size, and a credentials file, both written long ago.
func awsFiles(t *testing.T, s *script, size int) (config, credentials string) {
	t.Helper()
	s.clock = time.Now().Add(time.Hour)
	config, credentials = filepath.Join(t.TempDir(), "config"), filepath.Join(t.TempDir(), "credentials")
	for path, text := range map[string]string{config: strings.Repeat("#", size), credentials: "[u]\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config, credentials
}

func elsewhere(variables map[string]string) session.Defaults {
	return session.Defaults{SessionName: "guise-me", Getenv: func(name string) string { return variables[name] }}
}

const large = 128 << 10

var roleOfUser = session.Chain{{Kind: session.Keys, AccessKeyID: "AKIA"}, {Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/r"}}

// open and about are for whom nothing is guarded.
func open(_, noted string) bool { return noted == about() }
func about() string             { return "what it is made of" }

// TestShortcut: the session that a profile led to is found without a plan, as long as
// the files, the profile and the terminal are the same.
func TestShortcut(t *testing.T) {
	s := newScript(t)
	config, credentials := awsFiles(t, s, large)
	r := s.retriever()
	cut := func(profile string, d session.Defaults) session.Shortcut {
		return r.Shortcut(profile, config, credentials, d)
	}
	got := s.must(roleOfUser)
	if _, ok := cut("p", elsewhere(nil)).Fresh(open); ok {
		t.Error("nothing was noted")
	}
	cut("p", elsewhere(nil)).Note(roleOfUser, about)
	if found, ok := cut("p", elsewhere(nil)).Fresh(open); !ok || found.AccessKeyID != got.AccessKeyID {
		t.Errorf("%+v", found)
	}
	cut("p", elsewhere(nil)).Fresh(func(key, noted string) bool {
		if key != roleOfUser.Key() || noted != about() {
			t.Errorf("%s, %q", key, noted)
		}
		return false
	})
	if _, ok := cut("p", elsewhere(nil)).Fresh(func(string, string) bool { return false }); ok {
		t.Error("what may not be handed out was")
	}
	other := elsewhere(nil)
	other.SessionName = "guise-you"
	for name, c := range map[string]session.Shortcut{
		"profile": cut("q", elsewhere(nil)), "user": cut("p", other), "endpoint": cut("p", elsewhere(map[string]string{"AWS_ENDPOINT_URL_STS": "x"})),
		"config": r.Shortcut("p", config+".", credentials, elsewhere(nil)), "credentials": r.Shortcut("p", config, credentials+".", elsewhere(nil)),
	} {
		if _, ok := c.Fresh(open); ok {
			t.Errorf("another %s has another shortcut", name)
		}
	}
	before := cut("p", elsewhere(nil))
	for _, path := range []string{config, credentials} {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(data, '#'), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, ok := cut("p", elsewhere(nil)).Fresh(open); ok {
			t.Errorf("%s has changed", path)
		}
		before.Note(roleOfUser, about) // it looked before the change
		if _, ok := cut("p", elsewhere(nil)).Fresh(open); ok {
			t.Errorf("%s has changed since it was looked at", path)
		}
		cut("p", elsewhere(nil)).Note(roleOfUser, about)
		if _, ok := cut("p", elsewhere(nil)).Fresh(open); !ok {
			t.Error("it is noted again")
		}
		before = cut("p", elsewhere(nil))
	}
	s.clock = s.clock.Add(time.Hour)
	if _, ok := cut("p", elsewhere(nil)).Fresh(open); ok {
		t.Error("the session has ended")
	}
}

// TestNoShortcutUnseen: none is relied on where the credentials file cannot be looked at.
func TestNoShortcutUnseen(t *testing.T) {
	s := newScript(t)
	config, _ := awsFiles(t, s, large)
	s.must(roleOfUser)
	unseen := filepath.Join(config, "credentials") // in what is no folder
	s.retriever().Shortcut("p", config, unseen, elsewhere(nil)).Note(roleOfUser, about)
	if _, ok := s.retriever().Shortcut("p", config, unseen, elsewhere(nil)).Fresh(open); ok {
		t.Error("it is relied on")
	}
}

// TestNoShortcut: none is worth it for a small file, none is relied on for one that
// changed a moment ago, and none is noted for what is not cached or not of the files
// alone.
func TestNoShortcut(t *testing.T) {
	for name, c := range map[string]struct {
		size  int
		since time.Duration // the files were written
		chain session.Chain
	}{
		"a small file":       {large - 1, time.Hour, roleOfUser},
		"written just now":   {large, 0, roleOfUser},
		"keys":               {large, time.Hour, roleOfUser[:1]},
		"what a command is":  {large, time.Hour, session.Chain{{Kind: session.Process, Command: "x"}}},
		"the machine's role": {large, time.Hour, session.Chain{{Kind: session.Instance}, roleOfUser[1]}},
	} {
		s := newScript(t)
		config, credentials := awsFiles(t, s, c.size)
		s.clock = s.clock.Add(c.since - time.Hour)
		s.must(c.chain)
		s.retriever().Shortcut("p", config, credentials, elsewhere(nil)).Note(c.chain, about)
		s.clock = s.clock.Add(time.Minute)
		if _, ok := s.retriever().Shortcut("p", config, credentials, elsewhere(nil)).Fresh(open); ok {
			t.Errorf("%s: a shortcut", name)
		}
		if entries, err := s.store.List(); err != nil {
			t.Error(err)
		} else {
			for _, e := range entries {
				if e.Name == session.ShortcutName("p", config, credentials, elsewhere(nil)) {
					t.Errorf("%s: a note", name)
				}
			}
		}
	}
	if _, ok := (session.Shortcut{}).Fresh(open); ok {
		t.Error("the zero shortcut leads nowhere")
	}
	session.Shortcut{}.Note(roleOfUser, about)
}

// TestShortcutEnds: a shortcut is kept for a week.
func TestShortcutEnds(t *testing.T) {
	s := newScript(t)
	config, credentials := awsFiles(t, s, large)
	s.must(roleOfUser)
	s.retriever().Shortcut("p", config, credentials, elsewhere(nil)).Note(roleOfUser, about)
	name := session.ShortcutName("p", config, credentials, elsewhere(nil))
	noted := s.clock
	s.clock = noted.Add(7*24*time.Hour - time.Minute)
	if _, ok := s.store.Get(name); !ok {
		t.Error("it ends too early")
	}
	s.clock = noted.Add(7*24*time.Hour + time.Minute)
	if _, ok := s.store.Get(name); ok {
		t.Error("it stays too long")
	}
}
