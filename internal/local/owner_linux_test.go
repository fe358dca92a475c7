package local

import (
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
