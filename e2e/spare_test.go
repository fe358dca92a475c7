//go:build unix

package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"guise/cache"
	"guise/internal/await"
	"guise/internal/custody"
	"guise/internal/loopback"
	"guise/internal/need"
)

// age makes all cached sessions as old as they are after a while: that much less is
// left of each. What has ended is gone.
func (w *world) age(by time.Duration) {
	w.t.Helper()
	dir := filepath.Join(w.home, ".cache", "guise")
	store := cache.Open(dir, &custody.SealingKey{Dir: dir, Prefer: "file"}, time.Now)
	entries, err := store.List()
	aged := 0
	for _, e := range entries {
		data, ok := store.Get(e.Name)
		var s map[string]any
		if !ok || json.Unmarshal(data, &s) != nil || s["Issued"] == nil || s["Expires"] == nil {
			continue
		}
		var ends time.Time
		for _, name := range []string{"Issued", "Expires"} {
			if ends, err = time.Parse(time.RFC3339Nano, s[name].(string)); err != nil {
				w.t.Fatal(err)
			}
			ends = ends.Add(-by)
			s[name] = ends.Format(time.RFC3339Nano)
		}
		if data, err = json.Marshal(s); err == nil {
			err = store.Put(e.Name, data, ends)
		}
		if err != nil {
			w.t.Fatal(err)
		}
		aged++
	}
	if err != nil || aged == 0 {
		w.t.Fatalf("%d sessions: %v", aged, err)
	}
}

// TestSpareIsServedAtOnce: where renewing needs you, what is left of a session is
// served without a wait, also to a program in your own terminal; the request stays
// to be seen in every window until the session is renewed.
func TestSpareIsServedAtOnce(t *testing.T) {
	w := adopted(t)
	s := w.shell("zsh")
	s.Type("guise login alice\r")
	s.See("MFA code for alice")
	s.Type(w.code() + "\r")
	s.See("alice.* left")
	s.See("ready ")
	w.age(12*time.Hour - 10*time.Minute)
	for range 3 { // they wait for nobody, or they would not end before the test does
		got := w.run([]string{"GUISE_WAIT_FOR_PERSON=1h"}, "guise", "credential-process", "--profile", "alice")
		if got.code != 0 || !strings.Contains(got.out, "AccessKeyId") {
			t.Fatalf("%+v", got)
		}
	}
	w.awaitRequests(1)
	if got := w.guise("waiting"); !strings.Contains(got.out, "guise login alice") {
		t.Errorf("%+v", got)
	}
	s.Type("guise credential-process --profile alice\r")
	s.See(`"AccessKeyId"`)
	s.See(`guise: .* needs an MFA code for alice\s+hint: guise login alice`)
	s.See("ready ")
	if strings.Contains(s.Everything(), "waits for it") {
		t.Error("it was asked for in the terminal")
	}
	// What is behind the same device and needs no code is not held up.
	if got := w.run([]string{"GUISE_WAIT_FOR_PERSON=1h"}, "guise", "credential-process", "--profile", "staging"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	s.Type("guise login\r") // all that is pending
	s.See("MFA code for alice")
	s.Type(w.code() + "\r")
	s.See(`alice.* (11h|12h)`)
	w.awaitRequests(0)
	w.noSecrets()
}

// TestSpareRequestGoes with the session, and with the folder that it is left in.
func TestSpareRequestGoes(t *testing.T) {
	besides(t)
	for name, end := range map[string]func(w *world){
		"logout": func(w *world) { w.guise("logout", "alice") },
		"folder": func(w *world) { _ = os.RemoveAll(filepath.Join(w.dir, "run")) },
		"home":   func(w *world) { _ = os.RemoveAll(filepath.Join(w.home, ".cache")) },
	} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			s := w.shell("bash")
			s.Type("guise login alice\r")
			s.See("MFA code for alice")
			s.Type(w.code() + "\r")
			s.See("alice.* left")
			s.Type("exit\r")
			s.Exit()
			w.age(12*time.Hour - 10*time.Minute)
			if got := w.guise("credential-process", "--profile", "alice"); got.code != 0 || len(w.processes()) != 1 {
				t.Fatalf("%+v, and %v run", got, w.processes())
			}
			end(w)
			await.That(t, "the end of the process that keeps the request", func() bool { return len(w.processes()) == 0 })
		})
	}
}

// TestSpareSignIn: the same where renewing needs a page.
func TestSpareSignIn(t *testing.T) {
	w := adopted(t)
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	w.aws.RevokeRefresh(true)
	w.age(50 * time.Minute)
	got := w.run([]string{"GUISE_WAIT_FOR_PERSON=1h"}, "guise", "credential-process", "--profile", "org-dev")
	if got.code != 0 || len(w.pages()) != 1 {
		t.Errorf("%+v, and %d pages", got, len(w.pages()))
	}
	w.awaitRequests(1)
	if got := w.guise("waiting"); !strings.Contains(got.out, "a sign-in") || !strings.Contains(got.out, "guise login org-dev") {
		t.Errorf("%+v", got)
	}
	w.guise("logout", "org-dev")
	w.awaitRequests(0)
}

// TestSpareWithoutNetwork: what is left is served soon, though AWS never answers.
func TestSpareWithoutNetwork(t *testing.T) {
	w := adopted(t)
	if got := w.guise("login", "deploy"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	w.age(50 * time.Minute)
	gate := loopback.NewGate()
	defer gate.Open()
	w.aws.Fail(loopback.Fault{Gate: gate})
	for range 2 {
		if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 {
			t.Errorf("%+v", got)
		}
	}
	w.awaitRequests(0) // nobody is needed for it
}

// TestRenewedOnce: botocore asks at each call once less than a quarter of an hour is
// left. It is given a new session before, so that it starts guise once.
func TestRenewedOnce(t *testing.T) {
	needBoto3(t)
	w := adopted(t)
	if got := w.guise("login", "deploy"); got.code != 0 {
		t.Fatalf("%+v", got)
	}
	w.write("counted", "#!/bin/sh\necho >>"+filepath.Join(w.dir, "starts")+"\nexec "+filepath.Join(binDir, "guise")+" credential-process --profile deploy\n")
	if err := os.Chmod(filepath.Join(w.home, "counted"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(".aws/config", w.read(".aws/config")+"\n[profile counted]\nregion = eu-west-1\ncredential_process = "+filepath.Join(w.home, "counted")+"\n")
	w.age(45 * time.Minute)
	const calls = `
import boto3, os
sts = boto3.Session(profile_name="counted").client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
for i in range(20): assert "Deploy" in sts.get_caller_identity()["Arn"]
`
	got := w.run(nil, "python3", "-c", calls)
	starts, err := os.ReadFile(filepath.Join(w.dir, "starts"))
	if got.code != 0 || err != nil || len(starts) != 1 {
		t.Errorf("guise was started %d times: %+v %v", len(starts), got, err)
	}
}

// TestNobodyIsShared: a client that starts its process again when it fails waits
// once; somebody who sits at a terminal is asked; and who has come is not forgotten.
func TestNobodyIsShared(t *testing.T) {
	w := adopted(t)
	patient := []string{"GUISE_WAIT_FOR_PERSON=4s"}
	for _, profile := range []string{"prod", "org-dev"} {
		began := time.Now()
		w.write("client", "#!/bin/sh\nfor i in 1 2 3 4 5 6; do guise credential-process --profile "+profile+"; echo $?; done\n")
		got := w.run(patient, "sh", filepath.Join(w.home, "client"))
		if took := time.Since(began); strings.Fields(got.out) == nil || strings.Join(strings.Fields(got.out), "") != "333333" || took > 20*time.Second {
			t.Errorf("%s: six calls took %s: %+v", profile, took, got)
		}
		if n := strings.Count(got.err, "guise login "+profile); n != 6 {
			t.Errorf("%d of 6 said what to do: %s", n, got.err)
		}
	}
	s := w.open(nil, "guise", "credential-process", "--profile", "prod")
	s.See("MFA code for prod")
	s.Type(w.code() + "\r")
	s.See("AccessKeyId")
	if got := w.run(patient, "guise", "credential-process", "--profile", "staging"); got.code != 0 {
		t.Errorf("a session has come meanwhile: %+v", got)
	}
}

// TestPassingFailureIsNotShared: the call after it may well succeed.
func TestPassingFailureIsNotShared(t *testing.T) {
	besides(t)
	for name, fault := range map[string]loopback.Fault{
		"503": {Status: 503, Code: "ServiceUnavailable"}, "429": {Status: 429, Code: "Throttling"}, "reset": {Drop: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			w.aws.Fail(fault)
			if got := w.guise("credential-process", "--profile", "deploy"); got.code != 1 {
				t.Errorf("%+v", got)
			}
			w.aws.Fail()
			if got := w.guise("credential-process", "--profile", "deploy"); got.code != 0 {
				t.Errorf("AWS answers again: %+v", got)
			}
		})
	}
}

// TestWithoutCache: where there is no place for sessions, that costs a line, and not
// the credentials.
func TestWithoutCache(t *testing.T) {
	besides(t)
	for name, spoil := range map[string]func(w *world, dir string) error{
		"a file": func(_ *world, dir string) error { return os.WriteFile(dir, nil, 0o600) },
		"open to others": func(_ *world, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chmod(dir, 0o777)
		},
		"locks are a file": func(_ *world, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "locks"), nil, 0o600)
		},
		"no entry can be written": func(_ *world, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "sessions"), nil, 0o600)
		},
		"of another user": func(w *world, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			need.OtherUsers(w.t)
			return os.Chown(dir, 65534, 65534)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := adopted(t)
			dir := filepath.Join(w.home, ".cache", "guise")
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := spoil(w, dir); err != nil {
				t.Fatal(err)
			}
			for _, words := range [][]string{{"credential-process", "--profile", "deploy"}, {"export", "deploy"}, {"use", "deploy"}, {"exec", "deploy", "--", "true"}, {"whoami", "deploy"}} {
				got := w.run([]string{"GUISE_SHELL=bash"}, "guise", words...)
				said := strings.Count(got.err, "the cache cannot be used")
				if got.code != 0 || said > 1 || said == 0 && words[0] != "exec" {
					t.Errorf("%q: %+v", words, got)
				}
			}
			got := w.guise("login", "deploy")
			if got.code != 1 || !strings.Contains(got.err, "the next call needs you again") || strings.Count(got.err, "the cache cannot be used") != 1 {
				t.Errorf("login: %+v", got)
			}
		})
	}
}
