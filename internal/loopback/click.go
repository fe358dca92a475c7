package loopback

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// Click goes through a sign-in page of this package as a user with a browser
// does: it opens the address, presses "allow" or "deny", and follows where that
// leads. It gives the status of the last page.
func Click(ctx context.Context, address, decision string) (status int, err error) {
	_, _, status, err = press(ctx, http.DefaultClient, address, decision)
	return status, err
}

// ClickAs is Click with a browser that is signed in as somebody: see [AWS.SetPerson].
func ClickAs(ctx context.Context, address, decision, who string) (status int, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return 0, err
	}
	at, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	jar.SetCookies(at, []*http.Cookie{{Name: personCookie, Value: who, Path: "/"}})
	_, _, status, err = press(ctx, &http.Client{Jar: jar}, address, decision)
	return status, err
}

// ClickElsewhere is Click by a browser that does not get to 127.0.0.1 of this machine: it
// gives the address at which that ends, and what the page there shows as code.
func ClickElsewhere(ctx context.Context, address, decision string) (ends, code string, err error) {
	client := &http.Client{CheckRedirect: func(to *http.Request, _ []*http.Request) error {
		if to.URL.Path == callback {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	body, at, _, err := press(ctx, client, address, decision)
	if err != nil {
		return "", "", err
	}
	_, rest, _ := strings.Cut(body, "<code>")
	code, _, _ = strings.Cut(rest, "</code>")
	return at.String(), html.UnescapeString(code), nil
}

// callback is the path of the page at which guise's sign-ins, and the AWS CLI's, end.
const callback = "/oauth/callback"

// press presses a button of a sign-in page, and gives the page where that leads.
func press(ctx context.Context, client *http.Client, address, decision string) (body string, at *url.URL, status int, err error) {
	body, at, _, err = fetch(ctx, client, http.MethodGet, address, nil)
	if err != nil {
		return "", nil, 0, err
	}
	_, rest, ok := strings.Cut(body, `name="ticket" value="`)
	ticket, _, _ := strings.Cut(rest, `"`)
	if !ok {
		return "", nil, 0, fmt.Errorf("no sign-in page: %s", body)
	}
	form := url.Values{"ticket": {html.UnescapeString(ticket)}, "decision": {decision}}
	return fetch(ctx, client, http.MethodPost, at.Scheme+"://"+at.Host+"/decide", form)
}

// fetch follows redirects, and gives where they end as well.
func fetch(ctx context.Context, client *http.Client, method, address string, form url.Values) (string, *url.URL, int, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, 0, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", nil, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	at := answer.Request.URL
	if to, err := answer.Location(); err == nil { // which was not followed
		at = to
	}
	return string(body), at, answer.StatusCode, err
}
