package signin

import (
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/answer"
	"guise/internal/files"
	"guise/internal/secret"
	"guise/session"
)

// Console is AWS's own sign-in service. Links are of kind session.Login; errors
// are *session.APIError.
type Console interface {
	// ConsoleAuthorizeURL is the page at which a sign-in begins.
	ConsoleAuthorizeURL(ctx context.Context, at session.Place) (*url.URL, error)
	// ConsoleToken turns a grant into credentials. The key proves that it is the
	// same machine each time (DPoP, RFC 9449).
	ConsoleToken(ctx context.Context, at session.Place, clientID string, key *ecdsa.PrivateKey, g Grant) (ConsoleToken, error)
}

// ConsoleToken is what the sign-in service gives.
type ConsoleToken struct {
	Credentials session.Credentials
	Refresh     secret.Text
	Type        string
	ID          string // an OpenID Connect token that names who signed in; of the first grant alone
}

// The clients of the sign-in service, and the page at which a sign-in of the second ends:
// it shows what the user types into the terminal. (awscli/customizations/login/utils.py of
// the AWS CLI 2, where `aws login --remote` is the second.)
const (
	sameDevice      = "arn:aws:signin:::devtools/same-device" // a browser that comes back to 127.0.0.1
	crossDevice     = "arn:aws:signin:::devtools/cross-device"
	crossDevicePath = "../sessions/confirmation" // from the page at which it begins
)

// Login gets the credentials of console sign-ins, which it shares with `aws
// login` and the SDKs in ~/.aws/login/cache. All its fields are needed.
type Login struct {
	Dir     string
	Console Console
	Person  Person
	Wish    Wish
	Now     func() time.Time
	Limit   time.Duration
}

// LoginDir is the folder in which the AWS CLI and SDKs look for sign-ins of `aws login`.
func LoginDir(getenv func(string) string, home string) string {
	return cmp.Or(getenv("AWS_LOGIN_CACHE_DIRECTORY"), filepath.Join(home, ".aws", "login", "cache"))
}

// loginFile is the form of the CLI's files: awscli/customizations/login.
type loginFile struct {
	AccessToken  loginKeys `json:"accessToken"`
	TokenType    string    `json:"tokenType"`
	ClientID     string    `json:"clientId"`
	RefreshToken string    `json:"refreshToken"`
	IDToken      string    `json:"idToken,omitempty"`
	Key          string    `json:"dpopKey"` // PEM, SEC 1
}

type loginKeys struct {
	ID        string    `json:"accessKeyId"`
	Secret    string    `json:"secretAccessKey"`
	Session   string    `json:"sessionToken"`
	AccountID string    `json:"accountId"`
	ExpiresAt time.Time `json:"expiresAt"`
}

func (s *Login) path(l session.Link) string {
	sum := sha256.Sum256([]byte(strings.TrimSpace(l.LoginARN)))
	return filepath.Join(s.Dir, hex.EncodeToString(sum[:])+".json")
}

// read returns what the file holds. One that holds something else than the AWS CLI
// writes there is as if it were not there: the user signs in, and it is replaced.
func (s *Login) read(l session.Link) (loginFile, bool) {
	var f loginFile
	data, err := files.Read(s.path(l), largestFile)
	if err != nil || json.Unmarshal(data, &f) != nil {
		return loginFile{}, false
	}
	from := answer.Of(l.Endpoint)
	keys, err := from.Temporary(answer.Keys{
		ID: f.AccessToken.ID, Secret: secret.New(f.AccessToken.Secret), Token: secret.New(f.AccessToken.Session),
		Expires: f.AccessToken.ExpiresAt, Account: f.AccessToken.AccountID,
	}, s.Now())
	f.AccessToken.ExpiresAt = keys.Expires
	more := from.Fields()
	more.Token("refreshToken", f.RefreshToken)
	more.Token("clientId", f.ClientID)
	return f, err == nil && more.Err() == nil
}

func (f loginFile) credentials(now time.Time) session.Credentials {
	return session.Credentials{
		AccessKeyID: f.AccessToken.ID, SecretAccessKey: secret.New(f.AccessToken.Secret), SessionToken: secret.New(f.AccessToken.Session),
		Expires: f.AccessToken.ExpiresAt, Issued: now, AccountID: f.AccessToken.AccountID,
	}
}

func (f *loginFile) take(t ConsoleToken) {
	f.AccessToken.ID, f.AccessToken.Secret, f.AccessToken.Session = t.Credentials.AccessKeyID, t.Credentials.SecretAccessKey.Reveal(), t.Credentials.SessionToken.Reveal()
	f.AccessToken.ExpiresAt = t.Credentials.Expires.UTC().Truncate(time.Second)
	f.RefreshToken = t.Refresh.Reveal()
}

// Credentials returns those of a link of kind session.Login: at hand, renewed
// without a user, or by signing in. The caller holds the session's lock. The
// errors are as of [SSO.Token].
func (s *Login) Credentials(ctx context.Context, l session.Link, o session.BaseOptions) (session.Credentials, error) {
	f, ok := s.read(l)
	if ok && !o.Force {
		if !o.Refused && f.AccessToken.ExpiresAt.Sub(s.Now()) > Renew {
			return f.credentials(s.Now()), nil
		}
		got, err := s.renew(ctx, l, f)
		if err == nil || session.ReasonOf(err) == session.Unreachable {
			return got, err
		}
	}
	return s.signIn(ctx, l, o.For)
}

func (s *Login) renew(ctx context.Context, l session.Link, f loginFile) (session.Credentials, error) {
	key, ok := f.key()
	if !ok {
		return session.Credentials{}, errNoRefresh
	}
	got, err := s.Console.ConsoleToken(ctx, l.Place, f.ClientID, key, Grant{Refresh: secret.New(f.RefreshToken)})
	if err != nil {
		return session.Credentials{}, err
	}
	f.take(got)
	s.keep(l, f)
	return f.credentials(s.Now()), nil
}

// key is what proves that it is the same machine: on P-256, as "ES256" has it.
func (f loginFile) key() (key *ecdsa.PrivateKey, ok bool) {
	block, _ := pem.Decode([]byte(f.Key))
	if block == nil {
		return nil, false
	}
	key, err := x509.ParseECPrivateKey(block.Bytes)
	return key, err == nil && key.Curve == elliptic.P256()
}

func (s *Login) signIn(ctx context.Context, l session.Link, profile string) (session.Credentials, error) {
	way, err := s.Wish.way(l, s.Person)
	if err != nil {
		return session.Credentials{}, err
	}
	page, err := s.Console.ConsoleAuthorizeURL(ctx, l.Place)
	if err != nil {
		return session.Credentials{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return session.Credentials{}, err
	}
	client, r := crossDevice, newRedirect(page.JoinPath(crossDevicePath).String())
	v := Visit{In: browserOf(l), To: l.LoginARN, For: profile, Elsewhere: true}
	if way == ByBrowser {
		client, r = sameDevice, s.Wish.listen(s.Person, way)
		v.Elsewhere, v.Ends = false, r.address
	}
	defer r.close()
	query := r.query(client, "SHA-256")
	query.Set("scope", "openid")
	page.RawQuery = query.Encode()
	v.URL = page.String()
	var got ConsoleToken
	err = r.visit(ctx, s.Person, s.Limit, v, func(ctx context.Context, code secret.Text) error {
		got, err = s.Console.ConsoleToken(ctx, l.Place, client, key, Grant{Code: code, Verifier: r.verifier, Redirect: r.address})
		return err
	})
	if err != nil {
		return session.Credentials{}, err
	}
	if who := subject(got.ID); who != strings.TrimSpace(l.LoginARN) {
		return session.Credentials{}, &RefusedError{"the browser is signed in as " + who + ", and the profile's login_session is " + l.LoginARN}
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return session.Credentials{}, err
	}
	f := loginFile{
		ClientID: client, TokenType: got.Type, IDToken: got.ID,
		Key: string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})),
	}
	if parts := strings.SplitN(l.LoginARN, ":", 6); len(parts) == 6 {
		f.AccessToken.AccountID = parts[4]
	}
	f.take(got)
	s.keep(l, f)
	return f.credentials(s.Now()), nil
}

// keep stores a sign-in for all processes. That it cannot be kept is said, and no reason to
// withhold it.
func (s *Login) keep(l session.Link, f loginFile) {
	if err := s.write(l, f); err != nil {
		s.Person.Say("the sign-in could not be kept: " + err.Error())
	}
}

func (s *Login) write(l session.Link, f loginFile) error {
	data, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return err
	}
	return files.Replace(s.path(l), data)
}

// SignOut forgets a console sign-in. It reports whether there was one.
func (s *Login) SignOut(l session.Link) (was bool, err error) {
	err = os.Remove(s.path(l))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return true, err
}

// subject is who an OpenID Connect token names. It came straight from AWS, over
// TLS: its signature needs no second look (OpenID Connect Core, 3.1.3.7).
func subject(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var claims struct {
		Sub string `json:"sub"`
	}
	if err != nil || json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.Sub
}
