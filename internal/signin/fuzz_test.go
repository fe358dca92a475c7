package signin

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"os"
	"testing"
	"time"

	"guise/internal/answer"
	"guise/internal/printable"
	"guise/internal/secret"
	"guise/session"
)

// FuzzShared: of the AWS CLI's file of a token, one is taken that is of this very
// session, and whose words can be sent; what the file says beside it outlives a renewal.
func FuzzShared(f *testing.F) {
	l := session.Link{Kind: session.SSOToken, Session: "s", StartURL: "https://x.awsapps.com/start", Place: session.Place{Region: "eu-west-1"}}
	const good = `{"startUrl":"https://x.awsapps.com/start","region":"eu-west-1","accessToken":"a","expiresAt":"2026-01-02T03:04:05Z","clientId":"c","clientSecret":"d","registrationExpiresAt":"2026-04-02T03:04:05UTC","refreshToken":"r","guiseSignedIn":"2026-01-02T02:04:05Z","other":[1,{"x":null}]}`
	for _, text := range []string{
		good, `{"startUrl":"https://x.awsapps.com/start","region":"eu-west-1","accessToken":"a\n[b]","expiresAt":5}`, `{"startUrl":"https://y","region":"eu-west-1","accessToken":"a"}`, "null", "[]", `{"startUrl":[],"region":{}}`, "",
	} {
		f.Add([]byte(text))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		s := Shared{Dir: dir}
		if err := os.WriteFile(s.path(l), data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, ok := s.token(l)
		if !ok {
			return
		}
		var before map[string]any
		if json.Unmarshal(data, &before) != nil || before["startUrl"] != l.StartURL || before["region"] != l.Region || got.Access == "" ||
			!printable.Word(got.Access+got.Refresh+got.ClientID+got.ClientSecret) {
			t.Fatalf("%s: %+v", data, got)
		}
		if err := s.keep(l, got); err != nil {
			t.Fatal(err)
		}
		again, ok := s.token(l)
		if got.Expires, got.ClientEnds = got.Expires.Truncate(time.Second), got.ClientEnds.Truncate(time.Second); !ok || again.Access != got.Access || again.Refresh != got.Refresh ||
			!again.Expires.Equal(got.Expires) || !again.ClientEnds.Equal(got.ClientEnds) || !again.SignedIn.Equal(got.SignedIn.Truncate(time.Second)) || again.ClientSecret != got.ClientSecret {
			t.Fatalf("%+v is kept as %+v", got, again)
		}
		after, _ := s.read(l)
		for _, own := range []string{"accessToken", "expiresAt", "clientId", "clientSecret", "registrationExpiresAt", "refreshToken", signedInKey} {
			delete(before, own)
			delete(after, own)
		}
		if x, y := marshal(t, before), marshal(t, after); x != y {
			t.Fatalf("beside the token %s became %s", x, y)
		}
	})
}

func marshal(t *testing.T, values map[string]any) string {
	t.Helper()
	data, err := json.Marshal(maps.Clone(values))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// keyFile is a file of `aws login` with a key of a curve.
func keyFile(f *testing.F, curve elliptic.Curve) []byte {
	f.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	der, err2 := x509.MarshalECPrivateKey(key)
	file := loginFile{TokenType: "aws_sigv4", ClientID: sameDevice, RefreshToken: "r", Key: string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))}
	file.AccessToken = loginKeys{ID: "ASIAIOSFODNN7EXAMPLE", Secret: "wJalr", Session: "IQoJ", AccountID: "111111111111", ExpiresAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	data, err3 := json.Marshal(file)
	if err := errors.Join(err, err2, err3); err != nil {
		f.Fatal(err)
	}
	return data
}

// FuzzLogin: of a file of `aws login`, credentials are taken that pass the checks of
// package answer, and a key that can make its proof; both outlive being written.
func FuzzLogin(f *testing.F) {
	for _, curve := range []elliptic.Curve{elliptic.P224(), elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		f.Add(keyFile(f, curve))
	}
	for _, text := range []string{`{"accessToken":{"accessKeyId":"a\nb"}}`, `{"dpopKey":"-----BEGIN X-----\n-----END X-----"}`, "null", "[]", ""} {
		f.Add([]byte(text))
	}
	now := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	l := session.Link{Kind: session.Login, LoginARN: "arn:aws:iam::111111111111:user/x"}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &Login{Dir: dir, Now: func() time.Time { return now }}
		if err := os.WriteFile(s.path(l), data, 0o600); err != nil {
			t.Fatal(err)
		}
		file, ok := s.read(l)
		if key, ok := file.key(); ok && key.Curve != elliptic.P256() {
			t.Fatalf("a key on %s is taken", key.Curve.Params().Name)
		}
		if !ok {
			return
		}
		got := file.credentials(now)
		_, err := answer.AWS.Temporary(answer.Keys{ID: got.AccessKeyID, Secret: got.SecretAccessKey, Token: got.SessionToken, Expires: got.Expires, Account: got.AccountID}, now)
		if left := got.Left(now); err != nil || left > 36*time.Hour || !printable.Word(file.RefreshToken+file.ClientID) {
			t.Fatalf("taken: %s (%v, %s)", data, err, left)
		}
		file.take(ConsoleToken{Credentials: got, Refresh: secret.New(file.RefreshToken)})
		if err := s.write(l, file); err != nil {
			t.Fatal(err)
		}
		if again, ok := s.read(l); !ok || again != file {
			t.Fatalf("%+v is kept as %+v", file, again)
		}
	})
}
