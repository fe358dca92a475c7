package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"guise/internal/loopback"
)

// world is the home of a user, with an AWS, that can be put back to how it was.
// Its paths and its AWS's addresses stay the same: they are part of what guise writes.
type world struct {
	program           string // guise
	root              string
	user              uint32 // who runs guise; 0: we
	url, elsewhere    string // AWS's address, and another: LocalStack's, say
	aws               *loopback.AWS
	honest            http.Handler // of the AWS that answers now
	handler           atomic.Value // served: what is before it
	control           string
	codes             int // how many MFA codes were typed since it was put back
	servers           []*http.Server
	keyring, keyrings *keyring // that of the state that it is in, if any; the one that was started
}

// served makes one type of all handlers, for atomic.Value.
type served struct{ http.Handler }

const (
	account     = loopback.DemoAccount
	alice       = "arn:aws:iam::" + account + ":user/alice"
	bob         = "arn:aws:iam::" + account + ":user/bob"
	carol       = "arn:aws:iam::" + account + ":user/carol"
	carolSerial = "arn:aws:iam::" + account + ":mfa/carol"
	carolSeed   = "12345678901234567890"
)

func newWorld(program, root string) (w *world, err error) {
	w = &world{program: program, root: root}
	if err := os.MkdirAll(root, 0o755); err != nil { //nolint:gosec // other users run programs in it
		return nil, err
	}
	if err := copySelf(w.browser()); err != nil {
		return nil, err
	}
	if w.url, err = w.listen(); err == nil {
		w.elsewhere, err = w.listen()
	}
	return w, err
}

// listen has the AWS of the moment answer at an address.
func (w *world) listen() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.handler.Load().(served).ServeHTTP(rw, r)
	})}
	w.servers = append(w.servers, s)
	go func() { _ = s.Serve(listener) }()
	return "http://" + listener.Addr().String(), nil
}

func (w *world) close() {
	w.sweep()
	w.asUser(func() { setKernelKeys(w.root+"/", nil) })
	for _, s := range w.servers {
		_ = s.Close()
	}
	if w.keyrings != nil {
		w.keyrings.close()
	}
}

// use has an AWS answer from now on.
func (w *world) use(aws *loopback.AWS) {
	w.aws = aws
	w.honest, w.control = aws.Handler(w.url)
	w.handler.Store(served{w.honest})
}

func (w *world) dir() string  { return filepath.Join(w.root, "world") }
func (w *world) home() string { return filepath.Join(w.dir(), "home") }

// clockFile says how far guise's clock is off, where guise was built to look there.
func (w *world) clockFile() string { return filepath.Join(w.root, "clock") }

func (w *world) write(name, text string) error {
	return os.WriteFile(filepath.Join(w.home(), name), []byte(text), 0o600)
}

func (w *world) read(name string) string {
	data, _ := os.ReadFile(filepath.Join(w.home(), name))
	return string(data)
}

// browser is this program's own copy in the world, since another user may not get into
// the folder that the program is in.
func (w *world) browser() string { return filepath.Join(w.root, "browser") }

func copySelf(to string) error {
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(to, self, 0o755), os.Chmod(to, 0o755)) //nolint:gosec // other users run it
}

func (w *world) env() []string {
	env := []string{
		"HOME=" + w.home(), "PATH=" + filepath.Dir(w.program) + ":/usr/bin:/bin", "LANG=C.UTF-8", "USER=alice", "SHELL=/bin/sh", "TERM=dumb",
		"TMPDIR=" + filepath.Join(w.dir(), "tmp"), "XDG_RUNTIME_DIR=" + filepath.Join(w.dir(), "run"), "AWS_ENDPOINT_URL=" + w.url,
		"AWS_EC2_METADATA_DISABLED=true", "GUISE_WAIT_FOR_PERSON=1s", "GUISE_DEMO=" + w.control,
		"GUISE_BROWSER=" + w.browser(), browsing + "=1", "GUISE_FAULT_CLOCK_FILE=" + w.clockFile(),
	}
	if w.keyring != nil {
		return append(env, "GUISE_CACHE_KEY=auto", "DBUS_SESSION_BUS_ADDRESS="+w.keyring.address)
	}
	return append(env, "GUISE_CACHE_KEY=file")
}

// scratch is where worlds are fast: in memory, if there is room and programs may run
// there. Else it is empty: the usual place.
func scratch() string {
	const shm, room = "/dev/shm", 1 << 30
	var fs unix.Statfs_t
	if err := unix.Statfs(shm, &fs); err != nil || fs.Flags&unix.ST_NOEXEC != 0 || fs.Bavail*uint64(fs.Bsize) < room { //nolint:gosec // a block has a size
		return ""
	}
	return shm
}

// build compiles guise as it is released, but for tags: a clock that can be set, and
// a passphrase that is cheap to try.
func build(dir, tags string) (string, error) {
	program := filepath.Join(dir, "guise")
	c := exec.Command("go", "build", "-trimpath", "-tags", tags, "-o", program, "./cmd/guise")
	c.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}
