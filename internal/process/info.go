package process

import (
	"bytes"
	"strings"
)

// Info is what the system says of a process.
type Info struct {
	PID, Parent int
	Session     int    // the id of its session's leader; 0: not known
	Started     string // when, as the system counts; with the PID it names the process and no later one
	Name        string // of its program, as the process may have changed it
}

// argumentsLimit is the size that no arguments and no environment come near, in bytes.
const argumentsLimit = 4 << 20

// split are the texts that the system keeps with a null after each. A program that has
// written a title over its words may have left none.
func split(data []byte) (texts []string) {
	if len(data) == 0 {
		return nil
	}
	texts = make([]string, 0, bytes.Count(data, []byte{0})+1)
	for all := string(data); all != ""; { // one copy for all: a program waits for us
		text, rest, _ := strings.Cut(all, "\x00")
		texts, all = append(texts, text), rest
	}
	return texts
}

// SameProgram reports whether two processes run a program of the same name.
func SameProgram(one, other int) bool {
	a, b := program(one), program(other)
	return a != "" && a == b
}
