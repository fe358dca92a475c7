//go:build unix

package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"guise/internal/awsenv"
	"guise/internal/need"
)

// whoBoto3 asks who it is until it has been given so many sessions.
const whoBoto3 = `
import boto3, os, sys, time
session = boto3.Session()
client = session.client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL"])
keys = set()
while True:
    arn = client.get_caller_identity()["Arn"]
    keys.add(session.get_credentials().access_key)
    if len(keys) >= int(sys.argv[1]): break
    time.sleep(0.3)
print(arn, os.environ.get("AWS_PROFILE"), os.environ.get("AWS_SECRET_ACCESS_KEY"))
`

// TestExecServe: credentials from a service on 127.0.0.1, past a default profile, and
// renewed while the command runs.
func TestExecServe(t *testing.T) {
	needBoto3(t)
	w := adopted(t, "\n[default]\nrole_arn = arn:aws:iam::222222222222:role/Owner\nsource_profile = ci\n")
	got := w.run(nil, "guise", "exec", "deploy", "--serve", "--", "python3", "-c", whoBoto3, "1")
	if !strings.Contains(got.out, "assumed-role/Deploy/guise-alice None None") || got.code != 0 {
		t.Errorf("%+v", got)
	}
	s := w.shell("bash")
	s.Type("guise login org-dev\r")
	s.See("org-dev: Developer")
	w.aws.SetLives(2*time.Second, shortLife)
	s.Type("guise login --force org-dev\r")
	s.See("org-dev: Developer")
	if got := w.run(nil, "guise", "exec", "org-dev", "--serve", "--", "python3", "-c", whoBoto3, "3"); !strings.Contains(got.out, "AWSReservedSSO_Developer") {
		t.Errorf("%+v", got)
	}
	// Who has not got the token gets nothing.
	need.Program(t, "curl")
	got = w.guise("exec", "deploy", "--serve", "--", "sh", "-c", `
for token in wrong ""; do curl -s -o /dev/null -w '%{http_code} ' -H "Authorization: $token" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; done
curl -s -o /dev/null -w '%{http_code} ' -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" -H 'Host: evil.example' "$AWS_CONTAINER_CREDENTIALS_FULL_URI"
curl -s -o /dev/null -w '%{http_code}' -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"`)
	if got.out != "403 403 404 200" {
		t.Errorf("%+v", got)
	}
}

// TestServeToken: the token is among no program's words, which everybody can read.
func TestServeToken(t *testing.T) {
	need.System(t, "linux")
	w := adopted(t)
	got := w.guise("exec", "deploy", "--serve", "--", "sh", "-c", `
printenv AWS_CONTAINER_AUTHORIZATION_TOKEN >token
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' >words
grep -c -F -f token words; grep -c guise words`)
	if counts := strings.Fields(got.out); len(counts) != 2 || counts[0] != "0" || counts[1] == "0" {
		t.Errorf("%+v", got)
	}
}

// TestExecStatus: exit status, signals and the terminal are the command's.
func TestExecStatus(t *testing.T) {
	w := adopted(t)
	for _, flags := range [][]string{nil, {"--serve"}, {"--export"}} {
		run := func(script string) result {
			return w.guise(append(append([]string{"exec", "deploy"}, flags...), "--", "sh", "-c", script)...)
		}
		if got := run("exit 7"); got.code != 7 {
			t.Errorf("%v: %+v", flags, got)
		}
		if got := w.guise(append(append([]string{"exec", "deploy"}, flags...), "--", "no-such-program")...); got.code != 127 || !strings.Contains(got.err, "command not found") {
			t.Errorf("%v: %+v", flags, got)
		}
		s := w.open(nil, "sh", "-c", "guise exec deploy "+strings.Join(flags, " ")+" -- sh -c 'trap \"echo caught; exit 3\" INT; echo ready; until false; do sleep 0.05; done'; echo code=$?")
		s.See("ready")
		s.Type("\x03")
		s.See("caught")
	}
	if got := w.guise("exec", "deploy", "--serve", "--", "sh", "-c", "kill -TERM $$"); got.code != 143 {
		t.Errorf("%+v", got)
	}
	if got := w.guise("exec", "deploy", "--export", "-r", "us-east-2", "--", "sh", "-c", `echo $AWS_REGION $AWS_PROFILE; guise whoami`); !strings.HasPrefix(got.out, "us-east-2\n") || !strings.Contains(got.out, "/Deploy/") {
		t.Errorf("%+v", got)
	}
	if got := w.guise("exec", "deploy", "--export", "--serve", "--", "true"); got.code != 2 {
		t.Errorf("%+v", got)
	}
}

// TestExecShell: without a command exec is the user's own shell, whose prompt shows the
// profile; in each mode it ends as that shell does, and guise knows there whose it is.
func TestExecShell(t *testing.T) {
	besides(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		s := w.shell(name)
		for _, mode := range []string{"", " --serve", " --export"} {
			s.Type("guise exec deploy" + mode + "\r")
			s.See("<deploy.*>ready ")
			s.Type("guise current; guise whoami\r")
			s.See("profile  deploy")
			s.See("assumed-role/Deploy/")
			s.Type("guise off\r")
			s.See(`hint: exit\s`)
			s.See("<deploy.*>ready ")
			s.Type("sh -c 'echo sta\"\"rted; exec sleep 1000'\r")
			s.See("started")
			s.Type("\x1a") // Ctrl-Z: the job is that shell's
			s.See("(?i)(stopped|suspended)")
			s.See("<deploy.*>ready ")
			s.Type("kill -9 %1; guise use operator\r")
			s.See("operator: Operator")
			s.See("<operator.*>ready ")
			s.Type("env | grep -c -E '^(GUISE_EXEC|AWS_CONTAINER|AWS_ACCESS)' | sed 's/^/found /'\r")
			s.See(`found 0\n`) // in one line: bash may tell of the job's end between two
			s.Type("exit 3\r")
			s.See("<>ready ")
			s.Type("echo \"ended [$AWS_PROFILE$GUISE_EXEC_PROFILE]\" " + status(name) + "\r")
			s.See(`ended \[\] 3\b`)
		}
	})
}

// regions starts a program that waits for the environment of each program called `region`,
// which prints the region that boto3 has there: boto3 takes longer to load than all that it
// is asked.
func (w *world) regions() (tools string) {
	w.t.Helper()
	const boto3 = `
import boto3, os
while True:
    with open("asked", "rb") as asked:
        pairs = asked.read().split(b"\0")
    os.environ.clear()
    os.environb.update(pair.split(b"=", 1) for pair in pairs if pair)
    with open("answered", "w") as answered:
        print("in", boto3.Session().region_name, file=answered)
`
	tools = filepath.Join(w.dir, "tools")
	for _, pipe := range []string{"asked", "answered"} {
		if err := syscall.Mkfifo(filepath.Join(w.dir, "work", pipe), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	w.program(filepath.Join(tools, "region"), "#!/bin/sh\nenv -0 >asked; cat answered\n")
	c := exec.Command(needBoto3(w.t), "-c", boto3)
	c.Dir, c.Env = filepath.Join(w.dir, "work"), w.env
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := c.Start(); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		_ = c.Wait()
	})
	return tools
}

// TestRegionIsOfItsProfile: the region that guise has set for one profile is never another's,
// as the AWS SDKs see it.
func TestRegionIsOfItsProfile(t *testing.T) {
	besides(t)
	needBoto3(t)
	shells(t, func(t *testing.T, name string) {
		w := adopted(t)
		path, _ := awsenv.Env(w.env).Get("PATH")
		s := w.shell(name, "PATH="+w.regions()+":"+path)
		export := `eval "$(guise export ci -r ap-south-1)"`
		if name == "fish" {
			export = "guise export ci -r ap-south-1 --format fish | source"
		}
		for _, step := range []struct{ line, in string }{
			{export, "ap-south-1"},
			{"guise exec deploy -- region", "eu-west-1"},
			{"guise exec deploy --export -- region", "eu-west-1"},
			{"guise use deploy", "eu-west-1"},
			{"guise use staging-us --no-login -r ap-south-1", "ap-south-1"},
			{"guise exec deploy --serve -- region", "eu-west-1"},
			{"guise exec -r euw3 deploy -- region", "eu-west-3"},
			{"guise use deploy", "eu-west-1"},
			{"guise region ca-central-1; guise use staging-us --no-login -r ap-south-1; guise use deploy", "ca-central-1"},
			{export + "; guise use deploy", "ca-central-1"},
			{"guise off; guise use deploy", "eu-west-1"},
		} {
			line := step.line
			if !strings.HasSuffix(line, "-- region") {
				line += "; region"
			}
			s.Type(line + "; echo ov''er\r")
			if got := s.See(`(?s)\nin ([a-z0-9-]+)\s.*over\n`)[1]; got != step.in {
				t.Errorf("after %q: in %s, want %s", step.line, got, step.in)
			}
		}
	})
}
