package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"guise/internal/answer"
	"guise/internal/printable"
	"guise/session"
)

// A wire gives one answer to every request, after those that come before it.
type wire struct {
	before []string
	status int
	header http.Header
	body   string
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	got := &http.Response{StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Body: io.NopCloser(strings.NewReader(w.body)), Request: r}
	if len(w.before) > 0 {
		got.StatusCode, got.Body = http.StatusOK, io.NopCloser(strings.NewReader(w.before[0]))
		w.before = w.before[1:]
	}
	return got, nil
}

// FuzzAnswer: whatever is answered to whichever call, what is taken passes the checks
// of package answer for who answers, and an error is short, in guise's words, and of an
// answer that was to be a success it shows nothing.
func FuzzAnswer(f *testing.F) {
	all := doors(f)
	for i, d := range all {
		f.Add(uint8(i), true, 200, d.answer, "")
		f.Add(uint8(i), false, 200, with(d.answer, "AccessKeyId", mark+"\n[default]"), "")
		f.Add(uint8(i), true, 200, d.answer[:len(d.answer)/2], "")
	}
	f.Add(uint8(1), true, 403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", "")
	f.Add(uint8(11), true, 401, `{"__type":"a#UnauthorizedException","message":"no"}`, "ThrottlingException:x")
	f.Add(uint8(14), true, 200, `{"clientId":"c","clientSecret":"s","clientSecretExpiresAt":-9223372036854775808}`, "")
	client, err := New(Settings{Now: time.Now, Region: func(session.Place, string) string { return "eu-west-1" }})
	if err != nil {
		f.Fatal(err)
	}
	client.settings.BackOff = 2 // the shortest there is
	f.Fuzz(func(t *testing.T, which uint8, ofAWS bool, status int, body, header string) {
		d, base, from := all[int(which)%len(all)], "https://minio.example", answer.Elsewhere
		if ofAWS {
			base, from = "https://any.eu-west-1.amazonaws.com", answer.AWS
		}
		if status < 400 && status != http.StatusFound || status > 599 {
			status = http.StatusOK
		}
		w := &wire{before: d.before, status: status, header: http.Header{}, body: body}
		if header != "" {
			w.header.Set("X-Amzn-Errortype", header)
			w.header.Set("X-Amzn-Requestid", header)
		}
		client.http.Transport = w
		got, err := d.call(context.Background(), client, base)
		if err != nil {
			inWords(t, d, status, body, err)
			return
		}
		if status >= http.StatusBadRequest {
			t.Fatalf("%s: %d is a success: %q", d.name, status, body)
		}
		passes(t, d, from, got, body)
	})
}

// inWords wants an error that a user can be shown.
func inWords(t *testing.T, d door, status int, body string, err error) {
	t.Helper()
	text := err.Error()
	if !errors.As(err, new(*session.APIError)) || len(text) > longestWords+500 {
		t.Fatalf("%s: %d bytes: %.300s", d.name, len(text), text)
	}
	if told := d.name == "container" || d.name == "instance"; status >= http.StatusBadRequest || told {
		return // it may hold AWS's own words
	}
	for _, value := range strings.FieldsFunc(body, func(r rune) bool { return strings.ContainsRune("<>\"' \n", r) }) {
		if len(value) > 12 && strings.ContainsAny(value, "0123456789+-") && strings.Contains(text, value) {
			t.Fatalf("%s: the error shows a value: %s", d.name, text)
		}
	}
}

// passes wants of what was taken that it is as package answer has it.
func passes(t *testing.T, d door, from answer.Origin, got any, body string) {
	t.Helper()
	keys, ok := got.(session.Credentials)
	if !ok {
		if text := fmt.Sprint(got); !printable.Text(text) {
			t.Fatalf("%s: %q is taken: %q", d.name, text, body)
		}
		return
	}
	checked := answer.Keys{ID: keys.AccessKeyID, Secret: keys.SecretAccessKey, Token: keys.SessionToken, Expires: keys.Expires, Account: keys.AccountID}
	_, err := from.Keys(checked, time.Now())
	if err == nil && d.name != "container" && !strings.HasPrefix(d.name, "instance") {
		_, err = from.Temporary(checked, time.Now())
	}
	if left := keys.Left(time.Now()); err != nil || !printable.Text(keys.ARN) || !keys.Expires.IsZero() && (left > 37*time.Hour || left < -25*time.Hour) {
		t.Fatalf("%s: %v (%s) is taken: %q", d.name, err, left, body)
	}
}
