package process

import (
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
)

// Look returns what the system says of a process; not ok where there is no such process.
func Look(pid int) (p Info, ok bool) {
	name, fields := stat(pid)
	const parent, session, started = 1, 3, 19 // of what follows the name: see proc_pid_stat(5)
	if len(fields) <= started {
		return p, false
	}
	p = Info{PID: pid, Started: fields[started], Name: name}
	p.Parent, _ = strconv.Atoi(fields[parent])
	p.Session, _ = strconv.Atoi(fields[session])
	return p, true
}

// Words returns what a process was started with; nil where that cannot be told.
func Words(pid int) []string { return split(procFile(pid, "cmdline", 1<<10)) }

// FirstEnviron returns the environment that a process was started with, whatever it has
// made of it since; nil where that cannot be told: it is another user's.
func FirstEnviron(pid int) []string { return split(procFile(pid, "environ", 8<<10)) }

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
func Boot() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, _ := os.Readlink("/proc/self/ns/pid")
	return strings.TrimSpace(string(id)) + " " + space
}

// stat is the name of a process and what follows it in its stat; nothing where there is no
// such process.
func stat(pid int) (name string, fields []string) {
	data := procFile(pid, "stat", 1<<10)
	_, rest, _ := strings.Cut(string(data), "(")
	end := strings.LastIndex(rest, ")") // the name may hold one too
	if end < 0 {
		return "", nil
	}
	return rest[:end], strings.Fields(rest[end+1:])
}

// procFile reads a file of a process that is mostly below a size, in few system calls: a
// program waits for us.
func procFile(pid int, name string, size int) []byte {
	fd, err := syscall.Open("/proc/"+strconv.Itoa(pid)+"/"+name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer func() { _ = syscall.Close(fd) }()
	data := make([]byte, 0, size)
	for len(data) < argumentsLimit {
		if len(data) == cap(data) {
			data = append(data, make([]byte, len(data))...)[:len(data)]
		}
		n, err := syscall.Read(fd, data[len(data):cap(data)])
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return nil
		case n == 0:
			return data
		}
		data = data[:len(data)+n]
	}
	return data
}
