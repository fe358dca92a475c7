package source

import (
	"os"
	"os/exec"

	"guise/internal/secret"
	"guise/session"
)

// Here adds to what plans are made with what this machine and this process know: the
// folder, the host's name, what is at a path or on PATH, the tokens in files.
func Here(d session.Defaults) session.Defaults {
	d.Dir, d.Exists, d.LookPath, d.Host, d.Token = workingDir, isThere, onPath, hostName, tokenIn
	return d
}

func workingDir() string {
	dir, _ := os.Getwd()
	return dir
}

func hostName() string {
	name, _ := os.Hostname()
	return name
}

// isThere reports whether there is something at a path, be it a link to nothing.
func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// onPath returns the program that a name leads to on PATH; empty where there is none.
func onPath(name string) string {
	path, err := exec.LookPath(name)
	if err != nil {
		return ""
	}
	return path
}

// tokenIn returns the token that a file holds; empty where it cannot be read.
func tokenIn(path string) secret.Text {
	got, err := WebToken(path)
	if err != nil {
		return secret.Text{}
	}
	return got.Bearer
}
