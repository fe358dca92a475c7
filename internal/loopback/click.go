package loopback

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Click goes through a sign-in page of this package as a user with a browser
// does: it opens the address, presses "allow" or "deny", and follows where that
// leads. It gives the status of the last page.
func Click(ctx context.Context, address, decision string) (status int, err error) {
	body, at, _, err := fetch(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	_, rest, ok := strings.Cut(body, `name="ticket" value="`)
	ticket, _, _ := strings.Cut(rest, `"`)
	if !ok {
		return 0, fmt.Errorf("no sign-in page: %s", body)
	}
	form := url.Values{"ticket": {html.UnescapeString(ticket)}, "decision": {decision}}
	_, _, status, err = fetch(ctx, http.MethodPost, at.Scheme+"://"+at.Host+"/decide", form)
	return status, err
}

// fetch follows redirects, and gives where they end as well.
func fetch(ctx context.Context, method, address string, form url.Values) (string, *url.URL, int, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, 0, err
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", nil, 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return string(body), answer.Request.URL, answer.StatusCode, err
}
