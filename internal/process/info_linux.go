package process

import (
	"bytes"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Look returns what the system says of a process; not ok where there is no such process.
func (r *Reader) Look(pid int) (p Info, ok bool) {
	return infoOf(pid, r.file(pid, "stat"))
}

// infoOf reads a stat; not ok of one that is none.
func infoOf(pid int, stat []byte) (p Info, ok bool) {
	name, rest, ok := cutStat(stat)
	if !ok {
		return p, false
	}
	p = Info{PID: pid, Name: string(name)}
	const parent, session, started = 1, 3, 19 // of what follows the name: see proc_pid_stat(5)
	for i := 0; i <= started; i++ {
		var field []byte
		if field, rest, _ = bytes.Cut(rest, []byte{' '}); len(field) == 0 {
			return Info{}, false
		}
		switch i {
		case parent:
			p.Parent, _ = strconv.Atoi(string(field))
		case session:
			p.Session, _ = strconv.Atoi(string(field))
		case started:
			p.Started = string(field)
		}
	}
	return p, true
}

// Words returns what a process was started with; nil where that cannot be told.
func (r *Reader) Words(pid int) Texts { return r.file(pid, "cmdline") }

// FirstEnviron returns the environment that a process was started with, whatever it has
// made of it since; nil where that cannot be told: it is another user's.
func (r *Reader) FirstEnviron(pid int) Texts { return r.file(pid, "environ") }

// program is the name of a process's file, which an update may have replaced since: what the
// process calls itself does not count.
func program(pid int) string {
	file, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe")
	if err != nil {
		return ""
	}
	return path.Base(strings.TrimSuffix(file, " (deleted)"))
}

// Boot names this run of the system and our place in it: process ids and times of start mean
// nothing beyond it.
func (r *Reader) Boot() string {
	id := string(bytes.TrimSpace(r.read("/proc/sys/kernel/random/boot_id")))
	space, _ := os.Readlink("/proc/self/ns/pid")
	return id + " " + space
}

// cutStat parts a stat: the name of the process, and what follows it.
func cutStat(stat []byte) (name, rest []byte, ok bool) {
	_, rest, _ = bytes.Cut(stat, []byte{'('})
	end := bytes.LastIndex(rest, []byte(") ")) // the name may hold one too
	if end < 0 {
		return nil, nil, false
	}
	return rest[:end], rest[end+2:], true
}

// file reads a file of a process; nil where that cannot be done.
func (r *Reader) file(pid int, name string) []byte {
	return r.read("/proc/" + strconv.Itoa(pid) + "/" + name)
}

// usual is what the files of most processes are below, in bytes.
const usual = 8 << 10

// read reads a file of the kernel, in few system calls: such a file has ended where less is
// read than there was room for.
func (r *Reader) read(path string) []byte {
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = syscall.Close(fd) }()
	if r.room == nil {
		r.room = make([]byte, usual)
	}
	for size := 0; ; {
		n, err := syscall.Read(fd, r.room[size:])
		if err == syscall.EINTR {
			continue
		} else if err != nil {
			return nil
		}
		if size += n; size < len(r.room) || size >= argumentsLimit {
			return r.room[:size]
		}
		r.room = slices.Grow(r.room, len(r.room))
		r.room = r.room[:cap(r.room)]
	}
}
