package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// logged is what a line of the log must have.
type logged struct {
	Time    time.Time `json:"time"`
	Profile string    `json:"profile"`
	Result  string    `json:"result"`
}

const logFile = ".local/state/guise/log.jsonl"

// logSize is the size at which the log becomes the old one; logText what fills it but for a
// line.
const logSize = 5 << 20

func logText() string {
	var b strings.Builder
	for i := 0; b.Len() < logSize-200; i++ {
		line, _ := json.Marshal(logged{time.Unix(int64(i), 0).UTC(), fmt.Sprint("p", i), "served"}) // texts and numbers
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// fullLog has the log become the old one with its next line.
func (w *world) fullLog() error {
	return errors.Join(os.MkdirAll(filepath.Join(w.home(), filepath.Dir(logFile)), 0o700), w.write(logFile, logText()), w.giveAway())
}

// allLogged is the log, the old one first.
func (w *world) allLogged() string { return w.read(logFile+".1") + w.read(logFile) }

// logWhole reports whether all that was in the log is in it.
func (w *world) logWhole() bool { return strings.HasPrefix(w.allLogged(), logText()) }

// lastLogged is the result of the last line of the log.
func (w *world) lastLogged() string {
	lines := strings.Split(strings.TrimRight(w.allLogged(), "\n"), "\n")
	var last logged
	if json.Unmarshal([]byte(lines[len(lines)-1]), &last) != nil || last.Profile != "prod" {
		return lines[len(lines)-1]
	}
	return last.Result
}
