package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/accesslog"
	"guise/internal/files"
)

const logFile = ".local/state/guise/log.jsonl"

// logSize is the size at which the log becomes the old one; logText what fills it but for a
// line.
const logSize = 5 << 20

func logText() string {
	var b strings.Builder
	for i := 0; b.Len() < logSize-200; i++ {
		line, _ := json.Marshal(accesslog.Entry{Time: time.Unix(int64(i), 0).UTC(), Program: "before", Profile: fmt.Sprint("p", i), Result: accesslog.Renewed}) // texts and numbers
		b.Write(append(line, '\n'))
	}
	return b.String()
}

// fullLog has the log become the old one with its next line.
func (w *world) fullLog() error {
	return errors.Join(os.MkdirAll(filepath.Join(w.home(), filepath.Dir(logFile)), 0o700), w.write(logFile, logText()), w.giveAway())
}

// allLogged is the log, the old one first.
func (w *world) allLogged() string { return w.read(logFile+files.OldSuffix) + w.read(logFile) }

// logWhole reports whether all that was in the log is in it.
func (w *world) logWhole() bool { return strings.HasPrefix(w.allLogged(), logText()) }

// lastLogged is the result of the last line of the log.
func (w *world) lastLogged() string {
	lines := strings.Split(strings.TrimRight(w.allLogged(), "\n"), "\n")
	var last accesslog.Entry
	if json.Unmarshal([]byte(lines[len(lines)-1]), &last) != nil || last.Profile != "prod" {
		return lines[len(lines)-1]
	}
	return string(last.Result)
}
