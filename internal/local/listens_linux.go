package local

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// whoListens says in words who keeps us from a port of 127.0.0.1: the program, where it
// is one that we may look at, or else its user; empty where nobody is found.
func whoListens(port int) string {
	for _, table := range []string{tableV4, tableV6} {
		data, err := os.ReadFile(table)
		if err != nil {
			continue
		}
		if uid, inode, ok := listener(string(data), port); ok {
			return holder(inode, uid)
		}
	}
	return ""
}

// listener finds in a table of sockets the one that listens at a port of 127.0.0.1, or of
// all addresses: its user and its inode.
func listener(table string, port int) (uid, inode string, ok bool) {
	const listens = "0A" // TCP_LISTEN, in the kernel's include/net/tcp_states.h
	ours := netip.AddrPortFrom(netip.MustParseAddr(address), uint16(port))
	loopback, _, _ := strings.Cut(entryV4(ours, ours), ":")
	for line := range strings.Lines(table) {
		// sl local remote st tx:rx tr:when retrnsmt uid timeout inode …
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != listens {
			continue
		}
		host, at, _ := strings.Cut(fields[1], ":")
		if at == fmt.Sprintf("%04X", port) && (host == loopback || strings.Trim(host, "0") == "") {
			return fields[7], fields[9], true
		}
	}
	return "", "", false
}

// holder names the program that has a socket open.
func holder(inode, uid string) string {
	link := "socket:[" + inode + "]"
	open, _ := filepath.Glob("/proc/[0-9]*/fd/*")
	for _, path := range open {
		if to, err := os.Readlink(path); err != nil || to != link {
			continue
		}
		process := filepath.Dir(filepath.Dir(path))
		name, err := os.ReadFile(filepath.Join(process, "comm"))
		if err != nil {
			continue
		}
		return fmt.Sprintf("%s (pid %s)", strings.TrimSpace(string(name)), filepath.Base(process))
	}
	if n, err := strconv.Atoi(uid); err == nil && n != os.Geteuid() {
		return "another user of this machine (uid " + uid + ")"
	}
	return ""
}
