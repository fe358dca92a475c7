package source

import (
	"fmt"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// largestToken is more than a web identity token takes, in bytes.
const largestToken = 64 << 10

// WebToken reads an OpenID Connect token. Its file is written again by whoever
// hands the tokens out (Kubernetes, a CI runner), so that it is read each time.
func WebToken(path string) (session.Credentials, error) {
	data, err := files.Read(path, largestToken)
	if err != nil {
		return session.Credentials{}, fmt.Errorf("web identity token: %w", err)
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return session.Credentials{}, fmt.Errorf("web identity token: %s is empty", path)
	}
	f := answer.Elsewhere.Fields()
	if f.Token("token", token); f.Err() != nil {
		return session.Credentials{}, fmt.Errorf("web identity token: %s does not hold a token", path)
	}
	return session.Credentials{Bearer: secret.New(token)}, nil
}

// Environment is the keys that are in the environment.
func Environment(id, key, token string) (session.Credentials, error) {
	keys, err := answer.Elsewhere.Keys(answer.Keys{ID: id, Secret: secret.New(key), Token: secret.New(token)}, time.Time{})
	if err != nil {
		return session.Credentials{}, fmt.Errorf("the environment: %w", err)
	}
	return session.FromAnswer(keys), nil
}
