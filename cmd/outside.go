package cmd

import (
	"os"

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

// tokenIn gives the token that a file holds; empty where it cannot be read.
func tokenIn(path string) secret.Text {
	got, err := source.WebToken(path)
	if err != nil {
		return secret.Text{}
	}
	return got.Bearer
}
