package process

import (
	"bytes"
	"iter"
)

// Info is what the system says of a process.
type Info struct {
	PID, Parent int
	Session     int    // the id of its session's leader; 0: not known
	Started     string // when, as the system counts; with the PID it names the process and no later one
	Name        string // of its program, as the process may have changed it
}

// Look returns what the system says of a process; not ok where there is no such process.
func Look(pid int) (p Info, ok bool) { return new(Reader).Look(pid) }

// A Reader reads what the system says of processes, of all into one place: a program waits for
// us. Its zero value is ready. What it returns as [Texts] holds until its next call.
type Reader struct{ room []byte }

// Texts are words, or variables as NAME=value, as the system keeps them: a null after each. A
// program that has written a title over its words may have left none.
type Texts []byte

// Join makes Texts of texts.
func Join(texts []string) (all Texts) {
	size := 0
	for _, text := range texts {
		size += len(text) + 1
	}
	all = make(Texts, 0, size)
	for _, text := range texts {
		all = append(append(all, text...), 0)
	}
	return all
}

// All are the texts, one by one.
func (t Texts) All() iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for rest := []byte(t); len(rest) > 0; {
			var text []byte
			text, rest, _ = bytes.Cut(rest, []byte{0})
			if !yield(text) {
				return
			}
		}
	}
}

// argumentsLimit is the size that no arguments and no environment have, in bytes: together they
// have 6 MiB at most (execve(2)).
const argumentsLimit = 8 << 20

// SameProgram reports whether two processes run a program of the same name.
func SameProgram(one, other int) bool {
	a, b := program(one), program(other)
	return a != "" && a == b
}
