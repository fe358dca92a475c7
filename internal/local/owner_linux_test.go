package local

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"testing"

	"guise/internal/await"
)

func pair(t *testing.T, network string) (server *net.TCPConn, client net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err = net.Dial(network, l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = accepted.Close() })
	return accepted.(*net.TCPConn), client
}

// TestOwnerOfClosed: the kernel shows a socket that its process has closed as
// root's. Whoever sends a request and closes at once is not root.
func TestOwnerOfClosed(t *testing.T) {
	server, client := pair(t, "tcp4")
	if uid := ownerOf(server); uid != os.Geteuid() {
		t.Errorf("an open one: user %d", uid)
	}
	if _, err := io.WriteString(client, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil {
		t.Fatal(err)
	}
	if uid := ownerOf(server); uid != unknown {
		t.Errorf("a closed one: user %d", uid)
	}
	var said []int
	admit := oursAlone(func(uid int) { said = append(said, uid) })
	for range 2 {
		if admit(server) {
			t.Error("a closed one was let in")
		}
	}
	if len(said) != 1 || said[0] != unknown {
		t.Errorf("of a closed one it was said: %v", said)
	}
	server, client = pair(t, "tcp4")
	if err := client.(*net.TCPConn).SetLinger(0); err != nil { // reset at once
		t.Fatal(err)
	}
	_ = client.Close()
	await.That(t, "the end of a reset connection", func() bool { return !established(server) })
	if uid := ownerOf(server); uid != unknown {
		t.Errorf("a reset one: user %d", uid)
	}
}

// TestBusy: a port that is in use is told with the program that has it.
func TestBusy(t *testing.T) {
	for _, at := range []string{"127.0.0.1:0", "0.0.0.0:0"} {
		l, err := net.Listen("tcp4", at)
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		_, err = ServeOursAt(port, nil, nil)
		busy, ok := errors.AsType[*BusyError](err)
		want := fmt.Sprintf("port %d is in use by local.test (pid %d)", port, os.Getpid())
		if !ok || busy.Error() != want {
			t.Errorf("%s: %v, want %s", at, err, want)
		}
		_ = l.Close()
		s, err := ServeOursAt(port, nil, nil)
		if err != nil || s.URL() != fmt.Sprintf("http://127.0.0.1:%d", port) {
			t.Fatalf("once it is free: %v", err)
		}
		s.Close()
	}
	const table = "  sl  local_address rem_address   st\n   0: 0100007F:22B3 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1001        0 9 1\n"
	for port, want := range map[int]bool{8883: true, 8882: false} {
		if uid, inode, ok := listener(table, port); ok != want || ok && (uid != "1001" || inode != "9") {
			t.Errorf("%d: %s %s %v", port, uid, inode, ok)
		}
	}
	if who := holder("0", "1001"); who != "another user of this machine (uid 1001)" {
		t.Error(who)
	}
}
