package local

import (
	"fmt"
	"net"
	"os"
	"sync"
)

// unknown is the user of a connection whose owner cannot be found.
const unknown = -1

// oursAlone lets in connections of our own user and of root, who can read our
// memory anyway. It calls refused once for each other user.
func oursAlone(refused func(uid int)) func(*net.TCPConn) bool {
	if !TellsOwner() {
		return nil
	}
	var mu sync.Mutex
	said := map[int]bool{}
	return func(c *net.TCPConn) bool {
		uid := ownerOf(c)
		if uid == 0 || uid == os.Geteuid() {
			return true
		}
		mu.Lock()
		again := said[uid]
		said[uid] = true
		mu.Unlock()
		if !again && refused != nil {
			refused(uid)
		}
		return false
	}
}

// Refused says in a line that a connection of a user was refused.
func Refused(uid int) string {
	who := "a process that cannot be identified"
	if uid != unknown {
		who = fmt.Sprintf("another user of this machine (uid %d)", uid)
	}
	return "refused a connection of " + who
}
