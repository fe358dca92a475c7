package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
)

// Shows returns what gets the code that a device of the sandbox shows, to be shown where
// it is asked for; nil outside of a sandbox, where control is empty.
func Shows(control string) func(ctx context.Context, serial string) string {
	if control == "" {
		return nil
	}
	return func(ctx context.Context, serial string) string {
		code, err := Code(ctx, control, serial)
		if err != nil {
			return ""
		}
		return code
	}
}

// Code gets the code that a device of the sandbox shows now, from the sandbox's AWS.
// control is its address, as [Control] has it.
func Code(ctx context.Context, control, serial string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, control+"/code?serial="+url.QueryEscape(serial), nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", errors.New("the sandbox's AWS does not answer")
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	if response.StatusCode != http.StatusOK {
		return "", errors.New(text)
	}
	return text, nil
}

// Is reports whether a home is one of a sandbox.
func Is(home string) bool {
	return filepath.Base(home) == "home" && strings.HasPrefix(filepath.Base(filepath.Dir(home)), prefix)
}
