package oneoff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"guise/internal/files"
	"guise/session"
)

const longestFile = 64 << 10 // with white space, which does not count

// policies tells the file from the ARNs, and reads it.
func (f *Flags) policies() error {
	file := ""
	for _, one := range f.Policies {
		switch {
		case strings.HasPrefix(one, "arn:"):
			if !session.IsPolicy(one) {
				return fmt.Errorf("--policy %s: not the ARN of a policy (arn:aws:iam::ACCOUNT:policy/NAME, arn:aws:iam::aws:policy/NAME)", one)
			}
			if !slices.Contains(f.arns, one) {
				f.arns = append(f.arns, one)
			}
		case file != "" && file != one:
			return fmt.Errorf("--policy %s and %s: AWS takes one policy of a file; the others must be ARNs", file, one)
		case one == "":
			return errors.New("--policy needs a file, or the ARN of a policy")
		default:
			file = one
		}
	}
	if len(f.arns) > session.MostPolicies {
		return fmt.Errorf("--policy: AWS takes at most %d ARNs", session.MostPolicies)
	}
	if file == "" {
		return nil
	}
	var err error
	if f.policy, err = policyIn(file); err != nil {
		return fmt.Errorf("--policy %s: %w", file, err)
	}
	return nil
}

// policyIn reads a policy, and writes it on one line, without characters that would begin a
// comment in an AWS file.
func policyIn(path string) (string, error) {
	data, err := files.Read(path, longestFile)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return "", failed.Err
	} else if err != nil {
		return "", err
	}
	var statement struct{ Statement json.RawMessage }
	var line bytes.Buffer
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	switch {
	case json.Unmarshal(data, &statement) != nil || !utf8.Valid(data):
		return "", errors.New("it is not a policy in JSON")
	case len(statement.Statement) == 0:
		return "", errors.New("it has no Statement")
	case json.Compact(&line, data) != nil:
		return "", errors.New("it is not a policy in JSON")
	}
	text := strings.NewReplacer("#", `\u0023`, ";", `\u003b`).Replace(line.String()) // in JSON they are within strings alone
	if len(text) > session.LongestPolicy {
		return "", fmt.Errorf("it has %d characters without white space: AWS takes %d", len(text), session.LongestPolicy)
	}
	return text, nil
}

// isTag reports whether AWS takes a text as the key or the value of a tag: the pattern of Tag
// in the API reference of STS. Spaces at an end would be lost in an AWS file.
func isTag(text string, longest int) bool {
	return utf8.RuneCountInString(text) <= longest && strings.TrimSpace(text) == text && !strings.ContainsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && r != ' ' && !strings.ContainsRune("_.:/=+-@", r)
	})
}
