package process

import (
	"encoding/binary"
	"strconv"

	"golang.org/x/sys/unix"
)

// Look returns what the system says of a process; not ok where there is no such process.
// The facts are those of sysctl(3), kern.proc.pid, and getsid(2). It was not run on macOS.
func (r *Reader) Look(pid int) (p Info, ok bool) {
	k, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil || int(k.Proc.P_pid) != pid {
		return p, false
	}
	began := k.Proc.P_starttime
	p = Info{
		PID: pid, Parent: int(k.Eproc.Ppid), Name: unix.ByteSliceToString(k.Proc.P_comm[:]),
		Started: strconv.FormatInt(began.Sec, 10) + "." + strconv.FormatInt(int64(began.Usec), 10),
	}
	p.Session, _ = unix.Getsid(pid)
	return p, true
}

// Words returns what a process was started with; nil where that cannot be told.
func (r *Reader) Words(pid int) Texts {
	words, _ := started(pid)
	return words
}

// FirstEnviron returns the environment that a process was started with, whatever it has
// made of it since; nil where that cannot be told: it is another user's, or the system's.
func (r *Reader) FirstEnviron(pid int) Texts {
	_, environ := started(pid)
	return environ
}

func started(pid int) (words, environ Texts) {
	data, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil || len(data) < 4 {
		return nil, nil
	}
	return procargs(data[4:], int(binary.NativeEndian.Uint32(data)))
}

// program is what a process calls itself.
func program(pid int) string {
	p, _ := Look(pid)
	return p.Name
}

// Boot is empty: the times of start are of the calendar.
func (r *Reader) Boot() string { return "" }
