package inject

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification and response are struct seccomp_notif and seccomp_notif_resp of
// linux/seccomp.h.
type notification struct {
	ID    uint64
	TID   uint32
	Flags uint32
	Nr    int32
	Arch  uint32
	IP    uint64
	Args  [6]uint64
}

type response struct {
	ID    uint64
	Val   int64
	Error int32
	Flags uint32
}

// supervisor answers for the kernel, call by call.
type supervisor struct {
	listener int
	fault    Fault
	program  string
	before   func(Call)

	mu     sync.Mutex
	calls  []Call
	struck bool
	short  bool // the next write finds a full disk
}

func (s *supervisor) result() Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Result{Calls: append([]Call(nil), s.calls...), Struck: s.struck}
}

// serve answers until no process with the filter is left.
func (s *supervisor) serve() {
	defer func() { _ = unix.Close(s.listener) }()
	for {
		poll := []unix.PollFd{{Fd: int32(s.listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err == unix.EINTR { //nolint:errorlint // a bare errno
			continue
		} else if err != nil || poll[0].Revents&unix.POLLIN == 0 {
			return
		}
		var n notification
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(s.listener), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&n))); errno != 0 {
			continue // it was killed meanwhile
		}
		r := s.answer(n)
		if r == nil {
			continue
		}
		r.ID = n.ID
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(s.listener), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(r)))
	}
}

func goOn() *response { return &response{Flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE} }

func fails(errno syscall.Errno) *response { return &response{Error: -int32(errno)} } //nolint:gosec // small numbers

// answer says what becomes of a call; nothing where its process was killed.
func (s *supervisor) answer(n notification) *response {
	at := process{int(n.TID)}
	call, counts := at.call(n)
	if !counts || at.exe() != s.program {
		return goOn()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
	if s.before != nil {
		s.before(call)
	}
	number := len(s.calls)
	if s.short && call.Name == "write" {
		s.short = false
		return fails(unix.ENOSPC)
	}
	if s.fault.Kind == None || number < s.fault.At || number > s.fault.At && s.fault.Kind != Full {
		return goOn()
	}
	if !call.Allows(s.fault.Kind) {
		return goOn()
	}
	s.struck = true
	switch s.fault.Kind {
	case Kill:
		at.kill()
		return nil
	case Torn:
		_ = at.writeHalf(n)
		at.kill()
		return nil
	case Short:
		s.short = true
		return &response{Val: at.writeHalf(n)}
	case Broken:
		return fails(unix.EIO)
	case Closed:
		return fails(unix.EACCES)
	}
	return fails(unix.ENOSPC)
}

// process is a thread that waits for the answer about a call.
type process struct{ tid int }

func (p process) proc(names ...string) string {
	return filepath.Join(append([]string{"/proc", strconv.Itoa(p.tid)}, names...)...)
}

func (p process) exe() string {
	exe, _ := os.Readlink(p.proc("exe"))
	return exe
}

// leader is the process that the thread belongs to.
func (p process) leader() int {
	status, _ := os.ReadFile(p.proc("status"))
	_, rest, _ := strings.Cut(string(status), "\nTgid:")
	line, _, _ := strings.Cut(rest, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return p.tid
	}
	return pid
}

func (p process) kill() { _ = syscall.Kill(p.leader(), syscall.SIGKILL) }

// memory reads what an argument points to.
func (p process) memory(at uint64, n int) []byte {
	mem, err := os.Open(p.proc("mem"))
	if err != nil {
		return nil
	}
	defer func() { _ = mem.Close() }()
	buf := make([]byte, n)
	got, _ := mem.ReadAt(buf, int64(at)) //nolint:gosec // an address of the user's half
	return buf[:max(got, 0)]
}

func (p process) text(at uint64) string {
	text, _, _ := strings.Cut(string(p.memory(at, 512)), "\x00")
	return text
}

// call describes a call, and says whether it is one that counts.
func (p process) call(n notification) (Call, bool) {
	if n.Nr == unix.SYS_OPENAT {
		path := p.text(n.Args[1])
		return Call{Name: "openat", Path: path}, !isDevice(path)
	}
	if n.Nr == unix.SYS_KEYCTL {
		what, counts := changesKeys()[n.Args[0]]
		return Call{Name: "keyctl", Path: what}, counts
	}
	form := calls()[int(n.Nr)]
	c := Call{Name: form.name}
	switch {
	case form.path > 0:
		c.Path = p.text(n.Args[form.path-1])
		if form.from > 0 {
			c.From = p.text(n.Args[form.from-1])
		}
	case form.key:
		c.Path = p.text(n.Args[1])
	default:
		to, err := os.Readlink(p.proc("fd", strconv.FormatUint(n.Args[0], 10)))
		if err != nil || to == "" {
			return c, false
		}
		c.Path, c.Socket = to, strings.HasPrefix(to, "socket:")
		if !c.Socket && (to[0] != '/' || isDevice(to)) {
			return c, false // a pipe, a terminal
		}
		c.Write = !c.Socket && c.Name == "write" && n.Args[2] > 1
	}
	return c, true
}

// isDevice reports whether a path is no file that anything is kept in.
func isDevice(path string) bool {
	return strings.HasPrefix(path, "/dev/") && !strings.HasPrefix(path, "/dev/shm/") || strings.HasPrefix(path, "/proc/")
}

// writeHalf does half of a write in the process's place, and tells how much that is.
func (p process) writeHalf(n notification) int64 {
	pidfd, err := unix.PidfdOpen(p.leader(), 0)
	if err != nil {
		return 0
	}
	defer func() { _ = unix.Close(pidfd) }()
	fd, err := unix.PidfdGetfd(pidfd, int(n.Args[0]), 0) //nolint:gosec // a descriptor
	if err != nil {
		return 0
	}
	defer func() { _ = unix.Close(fd) }()
	half, err := unix.Write(fd, p.memory(n.Args[1], int(n.Args[2]/2))) //nolint:gosec // a length
	if err != nil {
		return 0
	}
	return int64(half)
}

// Sweep kills every process whose environment holds a text, such as what a program has left in
// the background, and reports their commands. They have ended when it returns, and what they
// have started meanwhile too.
func Sweep(marker string) (found []string) {
	for since := time.Now(); time.Since(since) < time.Minute; time.Sleep(time.Millisecond) {
		some := sweep(marker)
		if len(some) == 0 {
			break
		}
		found = append(found, some...)
	}
	return found
}

func sweep(marker string) (found []string) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err != nil || !strings.Contains(string(env), marker) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(dir))
		if pid == os.Getpid() {
			continue
		}
		line, _ := os.ReadFile(filepath.Join(dir, "cmdline"))
		if syscall.Kill(pid, syscall.SIGKILL) == nil {
			found = append(found, strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return found
}
