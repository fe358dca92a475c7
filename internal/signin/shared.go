package signin

import (
	"crypto/sha1" //nolint:gosec // it names the AWS CLI's files, and protects nothing
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"guise/internal/answer"
	"guise/internal/files"
	"guise/internal/partition"
	"guise/session"
)

// Shared is the AWS CLI's folder of SSO tokens, ~/.aws/sso/cache, which the
// SDKs read too. The form of its files is botocore's, in tokens.py and utils.py.
type Shared struct{ Dir string }

// largestFile is more than a token takes, in bytes.
const largestFile = 1 << 20

// path of a session's token: by the name of the session, or the start URL of
// profiles of the older kind.
func (s Shared) path(l session.Link) string {
	of := l.Session
	if of == "" {
		of = l.StartURL
	}
	sum := sha1.Sum([]byte(of)) //nolint:gosec // see above
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:])+".json")
}

// read returns what the file holds, if it is of this very session.
func (s Shared) read(l session.Link) (map[string]any, bool) {
	data, err := files.Read(s.path(l), largestFile)
	var values map[string]any
	if err != nil || json.Unmarshal(data, &values) != nil {
		return nil, false
	}
	region, _ := values["region"].(string)
	same := region == l.Region || isLed(l) && partition.IsRegion(region) // where it led to at that sign-in
	return values, same && values["startUrl"] == l.StartURL
}

// token returns the token in the file. One that is no token is as if it were not there.
func (s Shared) token(l session.Link) (stored, bool) {
	values, ok := s.read(l)
	if !ok {
		return stored{}, false
	}
	text := func(key string) string { v, _ := values[key].(string); return v }
	f := answer.Of(l.Endpoint).Fields()
	t := stored{
		Access: f.Token("accessToken", text("accessToken")), Refresh: f.OptionalToken("refreshToken", text("refreshToken")),
		ClientID: f.OptionalToken("clientId", text("clientId")), ClientSecret: f.OptionalToken("clientSecret", text("clientSecret")),
		Expires: when(text("expiresAt")), ClientEnds: when(text("registrationExpiresAt")), Region: text("region"), DualStack: l.DualStack,
		SignedIn: when(text(signedInKey)), shared: true,
	}
	return t, f.Err() == nil
}

// signedInKey is guise's own in the file: when the user signed in with guise. A tool that
// signs in writes a new file, without it.
const signedInKey = "guiseSignedIn"

// when reads a time as the AWS CLI writes it, now and in earlier versions.
func when(text string) time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05UTC"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// keep writes a token where the AWS CLI looks for it. What the file says beside
// it stays.
func (s Shared) keep(l session.Link, t stored) error {
	values, ok := s.read(l)
	if !ok {
		values = map[string]any{}
	}
	const layout = "2006-01-02T15:04:05Z"
	for key, value := range map[string]string{
		"startUrl": l.StartURL, "region": t.at(l).Region, "accessToken": t.Access, "expiresAt": t.Expires.UTC().Format(layout),
		"clientId": t.ClientID, "clientSecret": t.ClientSecret, "registrationExpiresAt": t.ClientEnds.UTC().Format(layout),
		"refreshToken": t.Refresh, signedInKey: at(t.SignedIn, layout),
	} {
		if values[key] = value; value == "" {
			delete(values, key)
		}
	}
	data, err := json.Marshal(values)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	return files.Replace(s.path(l), data)
}

// at writes a time; the empty text where there is none.
func at(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(layout)
}

func (s Shared) drop(l session.Link) error {
	if err := os.Remove(s.path(l)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
