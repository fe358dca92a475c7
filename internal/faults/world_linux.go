package main

import (
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/creack/pty"

	"guise/internal/faults/inject"
	"guise/internal/loopback"
)

// world is the home of a person, with an AWS, that can be put back to how it was.
// Its paths and its AWS's address stay the same: they are part of what guise writes.
type world struct {
	program string // guise
	root    string
	user    uint32 // who runs guise; 0: we
	url     string
	aws     *loopback.AWS
	honest  http.Handler // of the AWS that answers now
	handler atomic.Value // served: what stands before it
	control string
	server  *http.Server
}

// served makes one type of all handlers, for atomic.Value.
type served struct{ http.Handler }

const (
	account = loopback.DemoAccount
	alice   = "arn:aws:iam::" + account + ":user/alice"
	bob     = "arn:aws:iam::" + account + ":user/bob"
	carol   = "arn:aws:iam::" + account + ":user/carol"
	limit   = 30 * time.Second
)

// secretOf are the access keys of the users, as no real one looks.
func secretOf(name string) (id, secret string) {
	return "AKIA" + strings.ToUpper((name + strings.Repeat("X", 16))[:16]), (name + "/Secret+" + strings.Repeat("k", 40))[:40]
}

func newWorld(program, root string) (*world, error) {
	w := &world{program: program, root: root}
	if err := os.MkdirAll(root, 0o755); err != nil { //nolint:gosec // other users run programs in it
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.url = "http://" + listener.Addr().String()
	w.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.handler.Load().(served).ServeHTTP(rw, r)
	})}
	go func() { _ = w.server.Serve(listener) }()
	return w, nil
}

func (w *world) close() { _ = w.server.Close() }

// use has an AWS answer from now on.
func (w *world) use(aws *loopback.AWS) {
	w.aws = aws
	w.honest, w.control = aws.Handler(w.url)
	w.handler.Store(served{w.honest})
}

func (w *world) dir() string  { return filepath.Join(w.root, "world") }
func (w *world) home() string { return filepath.Join(w.dir(), "home") }

const credentialsFile = `[alice]
aws_access_key_id = ALICE_ID
aws_secret_access_key = ALICE_SECRET

[carol]
aws_access_key_id = CAROL_ID
aws_secret_access_key = CAROL_SECRET
`

const configFile = `# mine
[profile alice]
region = eu-west-1

[profile prod]
role_arn = arn:aws:iam::222222222222:role/Admin
source_profile = alice
region = eu-west-1

[profile deploy]
role_arn = arn:aws:iam::333333333333:role/Deploy
source_profile = carol

[sso-session corp]
sso_start_url = AWS_URL/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile corp-dev]
sso_session = corp
sso_account_id = 600000000001
sso_role_name = Developer
`

// fresh makes the world again: three users, two roles, an organisation, and files.
func (w *world) fresh() error {
	aws := loopback.New(time.Now)
	for _, name := range []string{"alice", "bob", "carol"} {
		id, secret := secretOf(name)
		u := loopback.User{Account: account, Name: name, AccessKeyID: id, SecretAccessKey: secret, KeysWithoutMFA: true}
		if name == "carol" {
			u.MFASerial, u.MFASeed = carolSerial, []byte("12345678901234567890")
		}
		aws.AddUser(u)
	}
	aws.AddRole(loopback.Role{ARN: "arn:aws:iam::222222222222:role/Admin", Trusts: []string{alice}})
	aws.AddRole(loopback.Role{ARN: "arn:aws:iam::333333333333:role/Deploy", Trusts: []string{carol}})
	aws.SetOrganisation(loopback.DemoOrganisation(4))
	w.use(aws)
	if err := os.RemoveAll(w.dir()); err != nil {
		return err
	}
	for _, sub := range []string{"home/.aws", "home/.config", "home/.local", "home/.cache", "tmp", "run"} {
		if err := os.MkdirAll(filepath.Join(w.dir(), sub), 0o700); err != nil {
			return err
		}
	}
	text := credentialsFile
	for _, name := range []string{"alice", "carol"} {
		id, secret := secretOf(name)
		text = strings.NewReplacer(strings.ToUpper(name)+"_ID", id, strings.ToUpper(name)+"_SECRET", secret).Replace(text)
	}
	if err := w.write(".aws/credentials", text); err != nil {
		return err
	}
	id, secret := secretOf("bob")
	if err := w.write("bob.csv", "Access key ID,Secret access key\n"+id+","+secret+"\n"); err != nil {
		return err
	}
	if err := w.write(".aws/config", strings.ReplaceAll(configFile, "AWS_URL", w.url)); err != nil || w.user == 0 {
		return err
	}
	return w.giveAway()
}

const carolSerial = "arn:aws:iam::" + account + ":mfa/carol"

func (w *world) write(name, text string) error {
	return os.WriteFile(filepath.Join(w.home(), name), []byte(text), 0o600)
}

func (w *world) read(name string) string {
	data, _ := os.ReadFile(filepath.Join(w.home(), name))
	return string(data)
}

func (w *world) env() []string {
	self, _ := os.Executable()
	return []string{
		"HOME=" + w.home(), "PATH=" + filepath.Dir(w.program) + ":/usr/bin:/bin", "LANG=C.UTF-8", "USER=alice", "SHELL=/bin/sh", "TERM=dumb",
		"TMPDIR=" + filepath.Join(w.dir(), "tmp"), "XDG_RUNTIME_DIR=" + filepath.Join(w.dir(), "run"), "AWS_ENDPOINT_URL=" + w.url,
		"AWS_EC2_METADATA_DISABLED=true", "GUISE_KEY_STORE=file", "GUISE_WAIT_FOR_PERSON=1s", "GUISE_DEMO=" + w.control,
		"GUISE_BROWSER=" + self, browsing + "=1",
	}
}

// command is guise with words, as a person or a program calls it.
func (w *world) command(args ...string) inject.Command {
	return inject.Command{Program: w.program, Args: args, Dir: w.dir(), Env: w.env(), Limit: limit, User: w.user}
}

// answer is what a person types when a text is shown.
type answer struct{ shown, typed string }

// run runs guise with one fault; with answers, at a terminal.
func (w *world) run(s *story, args []string, f inject.Fault, before func(inject.Call)) (inject.Result, error) {
	c := w.command(args...)
	c.Env = changed(c.Env, s.env)
	c.Before = before
	if len(s.typed) == 0 {
		return inject.Run(c, f)
	}
	ours, theirs, err := pty.Open()
	if err != nil {
		return inject.Result{}, err
	}
	defer func() { _, _ = ours.Close(), theirs.Close() }()
	go typeAt(ours, s.typed)
	c.Stdin, c.Terminal = theirs, true
	return inject.Run(c, f)
}

// changed is an environment with some variables set, and those without "=" unset.
func changed(env, with []string) []string {
	for _, one := range with {
		name, _, _ := strings.Cut(one, "=")
		env = slices.DeleteFunc(env, func(pair string) bool { return strings.HasPrefix(pair, name+"=") })
		if strings.Contains(one, "=") {
			env = append(env, one)
		}
	}
	return env
}

// typeAt answers as a person does, and throws away what is shown.
func typeAt(terminal *os.File, answers []answer) {
	var shown strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := terminal.Read(buf)
		if err != nil {
			return
		}
		shown.Write(buf[:n])
		if len(answers) > 0 && strings.Contains(shown.String(), answers[0].shown) {
			shown.Reset()
			_, _ = terminal.WriteString(answers[0].typed + "\r")
			answers = answers[1:]
		}
	}
}

// must runs guise without a fault, and fails where that does.
func (w *world) must(s *story, args ...string) error {
	r, err := w.run(s, args, inject.Fault{}, nil)
	if err == nil && r.Code != 0 {
		err = fmt.Errorf("guise %s: %d: %s%s", strings.Join(args, " "), r.Code, r.Out, r.Err)
	}
	return err
}

// saved is a world as it was: files, the kernel's keys, and AWS.
type saved struct {
	dir  string
	keys []kernelKey
	aws  *loopback.AWS
}

func (w *world) save(name string) (saved, error) {
	at := saved{dir: filepath.Join(w.root, "saved-"+name), keys: kernelKeys(w.root), aws: w.aws.Clone()}
	return at, copyTree(w.dir(), at.dir)
}

// restore puts the world back. What a command left in the background ends first.
func (w *world) restore(s saved) error {
	inject.Sweep(w.root)
	if err := os.RemoveAll(w.dir()); err != nil {
		return err
	}
	if err := copyTree(s.dir, w.dir()); err != nil {
		return err
	}
	setKernelKeys(w.root, s.keys)
	w.use(s.aws.Clone())
	if w.user != 0 {
		return w.giveAway()
	}
	return nil
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, _ := filepath.Rel(from, path)
		target := filepath.Join(to, rest)
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(target, info.Mode().Perm())
		case d.Type() == fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target)
		case !d.Type().IsRegular():
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, data, info.Mode().Perm()); err != nil {
			return err
		}
		return os.Chtimes(target, info.ModTime(), info.ModTime())
	})
}

// build compiles guise as it is released.
func build(dir string) (string, error) {
	program := filepath.Join(dir, "guise")
	c := exec.Command("go", "build", "-trimpath", "-o", program, "./cmd/guise")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}
