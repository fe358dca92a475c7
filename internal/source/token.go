package source

import (
	"context"
	"errors"
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
	switch {
	case token == "":
		return session.Credentials{}, fmt.Errorf("web identity token: %s is empty", path)
	case !isToken(token):
		return session.Credentials{}, fmt.Errorf("web identity token: %s does not hold a token", path)
	}
	return session.Credentials{Bearer: secret.New(token)}, nil
}

// printedToken gets an OpenID Connect token from a command of the user's. It is not kept,
// since it is good for minutes: the role's session is.
func (s Sources) printedToken(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	out, err := Run(ctx, l.Command, s.told(l.Profile, o.For))
	if err != nil {
		return session.Credentials{}, fmt.Errorf("its web_identity_token_process: %w", err)
	}
	token := strings.TrimSpace(string(out))
	if len(token) > largestToken || !isToken(token) {
		return session.Credentials{}, errors.New("its web_identity_token_process printed no token")
	}
	return session.Credentials{Bearer: secret.New(token)}, nil
}

// isToken reports whether a text may be a token: printable ASCII without spaces.
func isToken(text string) bool {
	f := answer.Elsewhere.Fields()
	f.Token("token", text)
	return text != "" && f.Err() == nil
}

// Environment is the keys that are in the environment.
func Environment(id, key, token string) (session.Credentials, error) {
	keys, err := answer.Elsewhere.Keys(answer.Keys{ID: id, Secret: secret.New(key), Token: secret.New(token)}, time.Time{})
	if err != nil {
		return session.Credentials{}, fmt.Errorf("the environment: %w", err)
	}
	return session.FromAnswer(keys), nil
}
