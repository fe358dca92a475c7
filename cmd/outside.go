package cmd

import (
	"os"
	"os/exec"

	"guise/internal/secret"
	"guise/internal/source"
)

// What plans are made of beside the files and the environment: session.Defaults.

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
	got, err := source.WebToken(path)
	if err != nil {
		return secret.Text{}
	}
	return got.Bearer
}
