//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"guise/internal/await"
	"guise/internal/loopback"
	"guise/internal/need"
)

// guardedWorld is one in which programs get deploy's credentials only after a yes.
func guardedWorld(t *testing.T, moreConfig ...string) *world {
	t.Helper()
	w := adopted(t, moreConfig...)
	if err := os.MkdirAll(filepath.Join(w.home, ".config/guise"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write(".config/guise/config.toml", "[guard.profiles]\ndeploy = { approve = \"15m\" }\n")
	return w
}

// TestApproval: what runs in the terminal of `use` is asked nothing; an agent below it and a
// program elsewhere wait for a yes, which another window gives, or a no.
func TestApproval(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := guardedWorld(t)
		s := w.shell(name)
		s.Type("guise use deploy\r")
		s.See("ready ")
		s.Type("guise credential-process --profile deploy | grep -c AccessKeyId\r")
		s.See("\n1\n")
		s.See("ready ")
		for _, c := range []struct {
			env, answer string
			ok          bool
		}{{"CLAUDECODE=1", "y", true}, {"X=1", "n", false}} {
			ended := w.background("deploy", c.env)
			w.awaitRequests(1)
			s.Type("\r")
			s.See(`asks for deploy: allow for 15m\s+hint: guise login deploy`)
			s.Type("guise login deploy\r")
			s.See(`asks for deploy: allow for 15m\? \[y/N\]`)
			s.Type(c.answer + "\r")
			got := <-ended
			if (got.code == 0) != c.ok || strings.Contains(got.out, "AccessKeyId") != c.ok {
				t.Errorf("%s: %+v", c.env, got)
			}
			if !c.ok && !strings.Contains(got.err, "guise: deploy: refused to ") {
				t.Errorf("no is not clear: %s", got.err)
			}
			s.See("ready ")
		}
		if runtime.GOOS != "linux" { // there is no setsid
			return
		}
		// A program that has left the terminal's session is not of it, whatever it says.
		s.Type("sh -c 'sleep 60 & GUISE_ASKED_BY=$! GUISE_WAIT_FOR_PERSON=0s setsid guise credential-process --profile deploy; kill $!'\r")
		s.See(`guise: deploy: .* needs your approval`)
	})
}

// TestAnsweredIsNotShown: a window whose first word of a request is `guise login` does not show
// it at the prompt after the answer.
func TestAnsweredIsNotShown(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := guardedWorld(t)
		s := w.shell(name)
		s.Type("guise use deploy\r") // its session is there: nothing takes time after the answer
		s.See("ready ")
		for _, answer := range []string{"n", "y"} {
			ended := w.background("deploy", "CLAUDECODE=1")
			w.awaitRequests(1)
			s.Type("guise login deploy\r")
			s.See(`\? \[y/N\]`)
			s.Type(answer + "\r")
			after := s.See(`guise: deploy: (?:approved for|refused to) ((?s:.*?))ready `)[1]
			if strings.Contains(after, "asks for deploy") {
				t.Errorf("%s: it is shown after it was answered:\n%s", answer, after)
			}
			<-ended
			w.guise("logout", "deploy") // a no holds for a while
		}
	})
}

// TestApprovalBelow: an agent below the terminal of `use`, and a program with a session of its
// own, are asked about apart; a yes is for the one that it was said to.
func TestApprovalBelow(t *testing.T) {
	besides(t)
	need.Program(t, "setsid")
	shells(t, func(t *testing.T, name string) {
		w := guardedWorld(t)
		const call = "guise credential-process --profile deploy"
		w.program(filepath.Join(w.dir, "bin-agent"), "#!/bin/sh\nCLAUDECODE=1 sh -c '"+call+" >agent.1 2>&1; echo $? >>agent.1; "+call+" >agent.2 2>&1; echo $? >>agent.2; :'\n")
		w.program(filepath.Join(w.dir, "bin-job"), "#!/bin/sh\n"+call+" >job.$1 2>&1\necho $? >>job.$1\n")
		s := w.shell(name)
		said := func(file string) string {
			data, _ := os.ReadFile(filepath.Join(w.dir, "work", file))
			return string(data)
		}
		ends := func(file, want, code string) {
			t.Helper()
			await.That(t, file, func() bool { return strings.HasSuffix(said(file), "\n"+code+"\n") })
			if got := said(file); !strings.Contains(got, want) || strings.Contains(got, "AccessKeyId") != (code == "0") {
				t.Errorf("%s: %s", file, got)
			}
		}
		asked := func(answer string) {
			t.Helper()
			w.awaitRequests(1)
			s.Type("guise login deploy\r")
			s.See(`asks for deploy: allow for 15m\? \[y/N\]`)
			s.Type(answer + "\r")
			s.See("ready ")
		}
		s.Type("guise use deploy\r")
		s.See("ready ")
		s.Type("env GUISE_WAIT_FOR_PERSON=" + await.Patience.String() + " " + filepath.Join(w.dir, "bin-agent") + " </dev/null &\r")
		asked("y")
		ends("agent.1", "AccessKeyId", "0")
		ends("agent.2", "AccessKeyId", "0") // the same agent is not asked about twice
		for _, one := range []struct{ answer, says, code string }{{"y", "AccessKeyId", "0"}, {"n", "guise: deploy: refused to ", "1"}} {
			s.Type("setsid env GUISE_WAIT_FOR_PERSON=" + await.Patience.String() + " " + filepath.Join(w.dir, "bin-job") + " " + one.answer + " </dev/null &\r")
			asked(one.answer)
			ends("job."+one.answer, one.says, one.code)
		}
	})
}

// TestApprovalEveryWay: none hands a session to who was not approved, nor that of a role which
// has the profile as its source; after `use` in the terminal each does.
func TestApprovalEveryWay(t *testing.T) {
	besides(t)
	need.Program(t, "curl")
	w := guardedWorld(t, "\n[profile below]\nrole_arn = arn:aws:iam::333333333333:role/Below\nsource_profile = deploy\nregion = eu-west-1\n")
	w.aws.AddRole(loopback.Role{ARN: "arn:aws:iam::333333333333:role/Below", Trusts: []string{"arn:aws:iam::333333333333:role/Deploy"}})
	script := "#!/bin/sh\n"
	lines := 0
	for _, profile := range []string{"deploy", "below"} {
		for _, way := range []string{
			"credential-process --profile PROFILE", "exec PROFILE -- guise credential-process --profile PROFILE", "exec PROFILE --export -- env",
			`exec PROFILE --serve -- sh -c 'curl -sf -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"'`,
			"export PROFILE", "console --print PROFILE", "export PROFILE --read-only",
			"export --role-arn arn:aws:iam::333333333333:role/Below --source PROFILE",
		} {
			way = strings.ReplaceAll(way, "PROFILE", profile)
			if profile == "below" && strings.Contains(way, "--source") {
				continue // AWS lets no role assume itself
			}
			script += "guise " + way + " >out 2>err; echo " + strings.ReplaceAll(strings.Fields(way)[0], "'", "") + " $? $(grep -cE 'ASIA|SigninToken=' out) >>ways\n"
			lines++
		}
	}
	program := filepath.Join(w.dir, "all-ways")
	w.program(program, script+"mv ways all\n")
	each := func(given bool) {
		t.Helper()
		all := filepath.Join(w.dir, "work", "all")
		await.That(t, all, func() bool { _, err := os.Stat(all); return err == nil })
		data, _ := os.ReadFile(all)
		got := strings.Split(strings.TrimSpace(string(data)), "\n")
		for _, line := range got {
			if f := strings.Fields(line); (f[1] == "0") != given || (f[2] != "0") != given {
				t.Errorf("approved: %v: %s", given, line)
			}
		}
		if len(got) != lines {
			t.Errorf("%d of %d ways: %q", len(got), lines, got)
		}
		_ = os.Remove(all)
	}
	w.run([]string{"GUISE_WAIT_FOR_PERSON=0s"}, program)
	each(false)
	if calls := w.aws.Calls("AssumeRole"); len(calls) > 0 {
		t.Errorf("AWS was asked: %v", calls)
	}
	s := w.shell("bash")
	s.Type("guise use deploy\r")
	s.See("ready ")
	s.Type(program + "\r")
	each(true)
}
