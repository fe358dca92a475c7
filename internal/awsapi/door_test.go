package awsapi

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/internal/signin"
	"guise/session"
)

// A door is an operation, a good answer to it, and the fields that guise reads.
type door struct {
	name   string
	answer string
	needed []string // fields that must be there
	others []string // fields that may be missing
	call   func(context.Context, *Client, string) (any, error)
	before []string // good answers to the requests before the one that lies
	text   bool     // the answer is a text without fields
	bare   bool     // an answer without a body is the documented one
}

const (
	goodKeys = `<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG</SecretAccessKey>` +
		`<SessionToken>IQoJb3JpZ2luX2VjEXAMPLE==</SessionToken><Expiration>2026-01-02T03:04:05Z</Expiration></Credentials>`
	goodJSON = `"SecretAccessKey":"wJalrXUtnFEMI/K7MDENG","Token":"IQoJb3JpZ2luX2Vj==","Expiration":"2026-01-02T03:04:05Z"}`
)

func inXML(op, result string) string {
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></%[1]sResponse>", op, result)
}

// doors are all operations that there are. at makes the link that leads to the
// server of the test.
func doors(t testing.TB) []door {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var user session.Credentials
	user.AccessKeyID, user.SecretAccessKey, user.Bearer = "AKIAIOSFODNN7EXAMPLE", secret.New("secret"), secret.New("bearer")
	keys := []string{"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}
	lower := []string{"accessKeyId", "secretAccessKey", "sessionToken"}
	exchange := func(l session.Link) func(context.Context, *Client, string) (any, error) {
		return func(ctx context.Context, c *Client, url string) (any, error) {
			link := l
			link.Endpoint, link.Region = url, "eu-west-1"
			return c.Exchange(ctx, link, user, time.Hour, secret.Text{})
		}
	}
	at := func(url string) session.Link {
		return session.Link{Place: session.Place{Endpoint: url, Region: "eu-west-1"}}
	}
	assumed := goodKeys + "<AssumedRoleUser><Arn>arn:aws:sts::111111111111:assumed-role/x/y</Arn></AssumedRoleUser>"
	role := session.Link{Kind: session.AssumeRole, RoleARN: "arn:aws:iam::111111111111:role/x", SessionName: "y"}
	web, saml := role, role
	web.Kind, saml.Kind = session.WebIdentity, session.SAML
	iam := func(do func(context.Context, *Client, session.Link) (any, error)) func(context.Context, *Client, string) (any, error) {
		return func(ctx context.Context, c *Client, url string) (any, error) { return do(ctx, c, at(url)) }
	}
	return []door{
		{name: "GetSessionToken", answer: inXML("GetSessionToken", goodKeys), needed: keys, call: exchange(session.Link{Kind: session.SessionToken})},
		{name: "AssumeRole", answer: inXML("AssumeRole", assumed), needed: append(keys, "Arn"), call: exchange(role)},
		{name: "AssumeRoleWithWebIdentity", answer: inXML("AssumeRoleWithWebIdentity", assumed), needed: append(keys, "Arn"), call: exchange(web)},
		{name: "AssumeRoleWithSAML", answer: inXML("AssumeRoleWithSAML", assumed), needed: append(keys, "Arn"), call: exchange(saml)},
		{name: "GetFederationToken", answer: inXML("GetFederationToken", goodKeys), needed: keys, call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
			l.Kind, l.SessionName, l.Policy = session.FederationToken, "x", "{}"
			return c.Exchange(ctx, l, user, time.Hour, secret.Text{})
		})},
		{
			name: "GetCallerIdentity", answer: inXML("GetCallerIdentity", "<Arn>arn:aws:iam::111111111111:user/x</Arn><UserId>AIDA</UserId><Account>111111111111</Account>"),
			needed: []string{"Arn"}, others: []string{"UserId", "Account"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) { return c.WhoAmI(ctx, l.Place, user) }),
		},
		{
			name: "ListAccessKeys", answer: inXML("ListAccessKeys", "<AccessKeyMetadata><member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><Status>Active</Status><CreateDate>2026-01-02T03:04:05Z</CreateDate></member></AccessKeyMetadata>"),
			needed: []string{"AccessKeyId"}, call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				return c.IAM(l.Place, user).AccessKeys(ctx)
			}),
		},
		{
			name: "CreateAccessKey", answer: inXML("CreateAccessKey", "<AccessKey><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>wJalrXUtnFEMI/K7MDENG</SecretAccessKey></AccessKey>"),
			needed: keys[:2], call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				id, key, err := c.IAM(l.Place, user).CreateAccessKey(ctx)
				return id + key.Reveal(), err
			}),
		},
		{name: "UpdateAccessKey", answer: "<UpdateAccessKeyResponse><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></UpdateAccessKeyResponse>", call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
			return nil, c.IAM(l.Place, user).DeactivateAccessKey(ctx, "AKIAIOSFODNN7EXAMPLE")
		})},
		{name: "DeleteAccessKey", answer: "<DeleteAccessKeyResponse><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DeleteAccessKeyResponse>", call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
			return nil, c.IAM(l.Place, user).DeleteAccessKey(ctx, "AKIAIOSFODNN7EXAMPLE")
		})},
		{
			name: "GetRoleCredentials", answer: `{"roleCredentials":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"wJalr","sessionToken":"IQoJ","expiration":1767323045000}}`,
			needed: append(lower, "expiration"), call: exchange(session.Link{Kind: session.SSORole, AccountID: "111111111111", RoleName: "x"}),
		},
		{
			name: "ListAccounts", answer: `{"accountList":[{"accountId":"111111111111","accountName":"a b","emailAddress":"a@b"}],"nextToken":"n"}`,
			needed: []string{"accountId"}, others: []string{"accountName", "emailAddress", "nextToken"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				all, next, err := c.Accounts(ctx, l.Place, user.Bearer, "")
				return fmt.Sprint(all, next), err
			}),
		},
		{
			name: "ListAccountRoles", answer: `{"roleList":[{"roleName":"Admin","accountId":"111111111111"}],"nextToken":"n"}`,
			needed: []string{"roleName"}, others: []string{"nextToken"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				all, next, err := c.Roles(ctx, l.Place, user.Bearer, "111111111111", "")
				return fmt.Sprint(all, next), err
			}),
		},
		{name: "Logout", answer: "", bare: true, call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
			return nil, c.SignOut(ctx, l.Place, user.Bearer)
		})},
		{
			name: "RegisterClient", answer: `{"clientId":"c","clientSecret":"s","clientSecretExpiresAt":1767323045}`, needed: []string{"clientId", "clientSecret"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				got, err := c.Register(ctx, l, "http://127.0.0.1")
				return got.ID + got.Secret.Reveal(), err
			}),
		},
		{
			name: "StartDeviceAuthorization", answer: `{"deviceCode":"d","userCode":"u","verificationUri":"https://a/b","verificationUriComplete":"https://a/b?c","interval":1,"expiresIn":600}`,
			needed: []string{"deviceCode", "userCode", "verificationUri"}, others: []string{"verificationUriComplete"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				got, err := c.StartDevice(ctx, l, signin.Registration{})
				return fmt.Sprint(got.UserCode, got.URL, got.CompleteURL, got.Code.Reveal()), err
			}),
		},
		{
			name: "CreateToken", answer: `{"accessToken":"a","refreshToken":"r","expiresIn":600}`, needed: []string{"accessToken"}, others: []string{"refreshToken"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				got, err := c.CreateToken(ctx, l, signin.Registration{}, signin.Grant{Refresh: secret.New("r")})
				return got.Access.Reveal() + got.Refresh.Reveal(), err
			}),
		},
		{
			name: "CreateOAuth2Token", answer: `{"accessToken":{"accessKeyId":"ASIAIOSFODNN7EXAMPLE","secretAccessKey":"wJalr","sessionToken":"IQoJ"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"r","idToken":"i"}`,
			needed: append(lower, "refreshToken"), others: []string{"tokenType", "idToken"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				got, err := c.ConsoleToken(ctx, l.Place, "c", key, signin.Grant{Refresh: secret.New("r")})
				return got.Credentials.AccessKeyID + got.Type + got.ID + got.Refresh.Reveal(), err
			}),
		},
		{
			name: "getSigninToken", answer: `{"SigninToken":"t"}`, needed: []string{"SigninToken"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) {
				got, err := c.SigninURL(ctx, l.Place, user, 0, "https://console.aws.amazon.com/")
				return got.Reveal(), err
			}),
		},
		{
			name: "container", answer: `{"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","AccountId":"111111111111",` + goodJSON,
			needed: keys[:2], others: []string{"Token", "AccountId"},
			call: func(ctx context.Context, c *Client, url string) (any, error) {
				return c.Container(ctx, session.Link{URL: url + "/x?y=z"})
			},
		},
		{
			name: "instance", before: []string{"token", "role"}, answer: `{"Code":"Success","AccessKeyId":"ASIAIOSFODNN7EXAMPLE",` + goodJSON, needed: keys[:2], others: []string{"Token"},
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) { return c.Instance(ctx, l) }),
		},
		{
			name: "instance role", before: []string{"token"}, answer: "role", text: true,
			call: iam(func(ctx context.Context, c *Client, l session.Link) (any, error) { return c.Instance(ctx, l) }),
		},
	}
}

// mark is in every hostile value, and may be in no error.
const mark = "hostile-mark"

// hostile are values that no field may hold, wherever the answer comes from.
func hostile() map[string]string {
	return map[string]string{
		"lines":  mark + "\n\n[default]\ncredential_process = touch /tmp/x\n\n[profile y]",
		"return": mark + "\r[default]",
		"escape": mark + "\x1b]0;x\a",
		"c1":     mark + "\u009b31m",
		"bidi":   mark + "\u202egnp",
		"nul":    mark + "\x00",
		"long":   mark + strings.Repeat("A", 1<<16),
	}
}

// bodies are answers with a success's status that are none of AWS's.
func bodies(good string) map[string]string {
	root, _, _ := strings.Cut(strings.TrimPrefix(good, "<"), ">")
	other := "{}"
	if strings.HasPrefix(good, "<") {
		other = "<" + root + "></" + root + ">"
	}
	return map[string]string{
		"html": "<!DOCTYPE html><html><body><h1>Welcome</h1><p>sign in</body></html>", "empty": "", "space": " \n", "null": "null", "array": "[]", "text": "OK",
		"nothing": other, "half": good[:len(good)/2], "other XML": "<OtherResponse><a/></OtherResponse>", "huge": good[:len(good)/2] + strings.Repeat(" ", 10<<20),
	}
}

// with returns an answer with another value in a field.
func with(answer, field, value string) (changed string) {
	if strings.HasPrefix(answer, "<") {
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", "\n", "&#10;", "\r", "&#13;").Replace(value)
		return regexp.MustCompile("<"+field+">[^<]*<").ReplaceAllLiteralString(answer, "<"+field+">"+escaped+"<")
	}
	quoted, _ := json.Marshal(value)
	return regexp.MustCompile(`"`+field+`":("[^"]*"|[0-9]+)`).ReplaceAllLiteralString(answer, `"`+field+`":`+string(quoted))
}

// ask makes a door's call against a server that gives an answer, and tells how often
// it was asked for it.
func ask(t *testing.T, d door, answer string) (got any, requests int64, err error) {
	t.Helper()
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		n := int(asked.Add(1))
		if n <= len(d.before) {
			_, _ = w.Write([]byte(d.before[n-1]))
			return
		}
		_, _ = w.Write([]byte(answer))
	}))
	defer server.Close()
	client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
	if err != nil {
		t.Fatal(err)
	}
	client.settings.BackOff = time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	got, err = d.call(ctx, client, server.URL)
	client.http.CloseIdleConnections()
	return got, asked.Load() - int64(len(d.before)), err
}

// TestDoors: each field of each answer, with each hostile value, is refused with an
// error that names the field and not the value; what is not of the documented form
// proves nothing, is asked for again, and is told in plain words.
func TestDoors(t *testing.T) {
	for _, d := range doors(t) {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			if !d.bare && !(d.text && len(d.before) == 1) {
				if _, _, err := ask(t, d, d.answer); err != nil {
					t.Fatalf("a good answer: %v", err)
				}
			}
			for _, field := range append(d.needed[:len(d.needed):len(d.needed)], d.others...) {
				for what, value := range hostile() {
					got, _, err := ask(t, d, with(d.answer, field, value))
					refused(t, field+" "+what, got, err)
				}
			}
			for _, field := range d.needed {
				if got, n, err := ask(t, d, with(d.answer, field, "")); err == nil || n != 1 {
					t.Errorf("without %s: %v after %d requests", field, got, n)
				} else {
					refused(t, "without "+field, got, err)
				}
			}
			if d.text {
				for what, value := range hostile() {
					if what == "lines" || what == "return" {
						continue // the first line is the role
					}
					got, _, err := ask(t, d, value)
					refused(t, what, got, err)
				}
			}
		})
	}
}

// TestNoAnswerOfAWS: see TestDoors.
func TestNoAnswerOfAWS(t *testing.T) {
	for _, d := range doors(t) {
		if d.text {
			continue
		}
		for what, body := range bodies(d.answer) {
			if what == "nothing" && (d.name == "UpdateAccessKey" || d.name == "DeleteAccessKey") {
				continue // their answers have nothing in them
			}
			t.Run(d.name+" "+what, func(t *testing.T) {
				t.Parallel()
				got, n, err := ask(t, d, body)
				refused(t, what, got, err)
				once := map[bool]int64{true: 1, false: attempts}[d.name == "CreateAccessKey"]
				if field := strings.Contains(fmt.Sprint(err), "the answer's "); !field && n != once {
					t.Errorf("%s: %d requests, want %d (%v)", what, n, once, err)
				}
			})
		}
	}
}

// refused wants an error of guise's own words.
func refused(t *testing.T, what string, got any, err error) {
	t.Helper()
	if !errors.As(err, new(*session.APIError)) {
		t.Errorf("%s: taken: %.200v, %v", what, got, err)
		return
	}
	text := err.Error()
	for _, no := range []string{mark, "operation error", "deserialization", "unexpected EOF", "invalid character", "unmarshal", "https response", "XML syntax"} {
		if strings.Contains(text, no) {
			t.Errorf("%s: %.200s", what, text)
		}
	}
	if len(text) > 300 {
		t.Errorf("%s: the error has %d bytes", what, len(text))
	}
}
