package awsapi

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"guise/session"
)

// A query is one operation of STS or IAM: a form that is sent, and XML that comes
// back (the AWS query protocol).
type query struct {
	op, version string
	at          place
	form        url.Values
	// keys sign it; nil for what is not signed.
	keys *session.Credentials
	once bool
}

// A place is where a service is called, and what a signature for it names.
type place struct {
	address         *url.URL
	service, region string
}

// query makes a call and reads the answer into out, which must be an element
// OPERATIONResponse with OPERATIONResult in it: out's fields are those of the
// response. check looks at what was read.
func (c *Client) query(ctx context.Context, q query, out any, check func(reply) error) (skew time.Duration, err error) {
	form := url.Values{"Action": {q.op}, "Version": {q.version}}
	for name, values := range q.form {
		form[name] = values
	}
	body := form.Encode()
	return c.exchange(ctx, call{
		op: q.op, once: q.once,
		request: func(ctx context.Context, now time.Time) (*http.Request, error) { return q.request(ctx, body, now) },
		read: func(r reply) error {
			if err := readXML(r.body, q.op+"Response", out); err != nil {
				return err
			}
			return check(r)
		},
		refused: func(r reply) (code, message string) {
			var refused struct {
				Code    string `xml:"Error>Code"`
				Message string `xml:"Error>Message"`
			}
			if readXML(r.body, "ErrorResponse", &refused) != nil {
				return "", ""
			}
			return refused.Code, strings.TrimSpace(refused.Message)
		},
	})
}

func (q query) request(ctx context.Context, body string, now time.Time) (*http.Request, error) {
	address := q.at.address.JoinPath("/")
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if q.keys == nil {
		return request, nil
	}
	sum := sha256.Sum256([]byte(body))
	keys := aws.Credentials{AccessKeyID: q.keys.AccessKeyID, SecretAccessKey: q.keys.SecretAccessKey.Reveal(), SessionToken: q.keys.SessionToken.Reveal()}
	err = v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(sum[:]), q.at.service, q.at.region, now)
	return request, err
}

// readXML reads a document whose root has a name. Its errors are
// io.ErrUnexpectedEOF for one that is cut short, else errForm.
func readXML(data []byte, root string, out any) error {
	decoder := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := decoder.Token()
		if err != nil {
			return errForm
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != root {
			return errForm
		}
		if err = decoder.DecodeElement(out, &start); err == nil {
			return nil
		}
		if syntax, ok := errors.AsType[*xml.SyntaxError](err); errors.Is(err, io.EOF) || ok && strings.Contains(syntax.Msg, "unexpected EOF") {
			return io.ErrUnexpectedEOF
		}
		return errForm
	}
}
