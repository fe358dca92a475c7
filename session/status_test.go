package session_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"guise/internal/files"
	"guise/session"
)

// TestStatusFile: the prompt's file says when the session ends that was got last.
func TestStatusFile(t *testing.T) {
	root := t.TempDir()
	dir := session.StatusDir(files.Folder{Root: root, Below: "status"})
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	reads := func(want string) {
		t.Helper()
		data, err := os.ReadFile(dir.Path(roleOfUser))
		if string(data) != want || (err != nil) != (want == "") {
			t.Errorf("%q, %v, want %q", data, err, want)
		}
	}
	line := func(end time.Time) string { return fmt.Sprintf("%d %s\n", end.Unix(), end.Local().Format("15:04")) }
	first, second := began.Add(time.Hour), began.Add(2*time.Hour)
	dir.Note(roleOfUser, session.Credentials{Issued: began}, began)
	reads("")
	dir.Note(roleOfUser, session.Credentials{Issued: began.Add(-time.Minute), Expires: first}, began)
	reads(line(first)) // of before, and not there
	dir.Note(roleOfUser, session.Credentials{Issued: began.Add(-time.Minute), Expires: second}, began)
	reads(line(first)) // whoever got it has written the file
	dir.Note(roleOfUser, session.Credentials{Issued: began, Expires: second}, began)
	reads(line(second))
	if filepath.Dir(dir.Path(roleOfUser)) != filepath.Join(root, "status") || dir.Path(roleOfUser) == dir.Path(roleOfUser[:1]) {
		t.Error(dir.Path(roleOfUser))
	}
	nowhere := session.StatusDir(files.Folder{Root: dir.Path(roleOfUser), Below: "status"})
	nowhere.Note(roleOfUser, session.Credentials{Issued: began, Expires: second}, began)
}
