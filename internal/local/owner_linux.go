package local

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The kernel's tables of TCP sockets, each with its user: proc_net_tcp.rst of the
// kernel's documentation. A socket of IPv6 may be connected to 127.0.0.1 as well;
// it is in the second table.
const (
	tableV4 = "/proc/net/tcp"
	tableV6 = "/proc/net/tcp6"
)

// TellsOwner is whether the system can tell which user a connection on 127.0.0.1
// belongs to: Linux can, save where /proc does not show its sockets.
func TellsOwner() bool {
	f, err := os.Open(tableV4)
	if err != nil {
		return false
	}
	_ = f.Close()
	return true
}

// ownerOf returns the user whose socket is at the other end of a connection, or
// unknown.
func ownerOf(c *net.TCPConn) int {
	theirs, ok1 := addrPort(c.RemoteAddr())
	ours, ok2 := addrPort(c.LocalAddr())
	if !ok1 || !ok2 {
		return unknown
	}
	for range 3 { // the table is read in pieces, between which sockets come and go
		for table, entry := range map[string]string{tableV4: entryV4(theirs, ours), tableV6: entryV6(theirs, ours)} {
			if uid, found := lookUp(table, entry); found {
				return uid
			}
		}
	}
	if isWSL() && established(c) {
		// The socket is on the Windows side, where the browser is: WSL hands
		// connections of Windows over with 127.0.0.1 as their source (mirrored
		// networking). A process on this side would have been found, unless it
		// closed its end at once: but then the connection is not established.
		return os.Geteuid()
	}
	return unknown
}

func addrPort(a net.Addr) (netip.AddrPort, bool) {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}, false
	}
	p := tcp.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port()), p.Addr().Unmap().Is4()
}

// entryV4 is how the table names the socket at the end `of` that is connected to
// `to`: addresses as numbers of this machine's byte order, ports as they are.
func entryV4(of, to netip.AddrPort) string {
	end := func(p netip.AddrPort) string {
		a := p.Addr().As4()
		return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(a[:]), p.Port())
	}
	return end(of) + " " + end(to)
}

// entryV6 is the same for a socket of IPv6 with mapped addresses.
func entryV6(of, to netip.AddrPort) string {
	end := func(p netip.AddrPort) (s string) {
		a := p.Addr().As16()
		for i := 0; i < len(a); i += 4 {
			s += fmt.Sprintf("%08X", binary.NativeEndian.Uint32(a[i:]))
		}
		return s + fmt.Sprintf(":%04X", p.Port())
	}
	return end(of) + " " + end(to)
}

// lookUp finds an entry in the file of a table, and gives its user.
func lookUp(path, entry string) (uid int, found bool) {
	f, err := os.Open(path)
	if err != nil {
		return unknown, false
	}
	defer func() { _ = f.Close() }()
	return userIn(f, entry)
}

// userIn returns the user of a table's entry. A socket that its process has closed
// already is in the table without an inode and as root's: its user is unknown, or
// else whoever sends and closes at once would pass for root.
func userIn(table io.Reader, entry string) (uid int, found bool) {
	lines := bufio.NewScanner(table)
	for lines.Scan() {
		if !bytes.Contains(lines.Bytes(), []byte(entry)) {
			continue
		}
		// sl local remote st tx:rx tr:when retrnsmt uid timeout inode …
		fields := strings.Fields(lines.Text())
		if len(fields) < 10 || fields[1]+" "+fields[2] != entry {
			continue
		}
		uid, err := strconv.ParseUint(fields[7], 10, 32)
		if err != nil || fields[9] == "0" {
			return unknown, true
		}
		return int(uid), true
	}
	return unknown, false
}

// isWSL is whether this is Linux inside Windows, by the kernel's own name.
func isWSL() bool {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	return err == nil && strings.Contains(strings.ToLower(string(release)), "microsoft")
}

// established is whether neither end of a connection is closed.
func established(c *net.TCPConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	const tcpEstablished = 1
	state := uint8(0)
	err = raw.Control(func(fd uintptr) {
		if info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO); err == nil {
			state = info.State
		}
	})
	return err == nil && state == tcpEstablished
}
