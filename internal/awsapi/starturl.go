package awsapi

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"

	"guise/internal/partition"
	"guise/session"
)

// mostHops is how often an address of a company's own may lead on to itself.
const mostHops = 3

// LeadsTo returns the address of the AWS access portal that a start URL at a company's
// own domain leads to by its redirect, without query and fragment; empty where it leads
// nowhere. It is what the AWS CLI does (customizations/sso/resolve.py); see package
// partition for what is a portal.
//
// Nothing is sent but a HEAD, or a GET where that leads nowhere: no cookie, no token, no
// body. A redirect must lead to a portal of AWS's over https, or to another page of the
// same host, at most three times: no other host is asked anything. Else the error is a
// *session.APIError that says so.
func (c *Client) LeadsTo(ctx context.Context, startURL string) (string, error) {
	at, err := url.Parse(startURL)
	if err != nil {
		return "", notLed("not an address: " + startURL)
	}
	for hops := range mostHops {
		at.User = nil // nothing that proves anything to anybody
		next, err := c.hop(ctx, at)
		switch {
		case err != nil || next == nil && hops == 0:
			return "", err
		case next == nil:
			return "", notLed(at.Host + " leads to no AWS access portal")
		case next.Scheme != "https":
			return "", notLed(at.Host + " leads to " + next.Scheme + "://" + next.Host + ", and guise follows https alone")
		}
		if _, ok := partition.PortalAt(next); ok {
			return "https://" + strings.ToLower(next.Hostname()) + strings.TrimSuffix(next.EscapedPath(), "/"), nil
		}
		if next.Host != at.Host {
			return "", notLed(at.Host + " leads to " + next.Host + ", which is no AWS access portal")
		}
		at = next
	}
	return "", notLed(at.Host + " leads to itself, and to no AWS access portal")
}

func notLed(why string) error {
	return &session.APIError{Op: "sso_start_url", Message: why, Reason: session.Refused}
}

// hop asks an address once where it leads; nil is nowhere.
func (c *Client) hop(ctx context.Context, at *url.URL) (next *url.URL, err error) {
	for _, method := range []string{http.MethodHead, http.MethodGet} {
		request, err := http.NewRequestWithContext(ctx, method, at.String(), http.NoBody)
		if err != nil {
			return nil, notLed(err.Error())
		}
		request.Header.Set("User-Agent", "guise/"+c.settings.Version)
		got, err := c.http.Do(request)
		if err != nil {
			return nil, unanswered(ctx, "sso_start_url", at, err)
		}
		_, _ = io.CopyN(io.Discard, got.Body, largestReply)
		_ = got.Body.Close()
		switch got.StatusCode {
		case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
			if next, err = got.Location(); err != nil {
				return nil, notLed(at.Host + " answers " + got.Status + " and does not say where to")
			}
			return next, nil
		}
	}
	return nil, nil //nolint:nilnil // it leads nowhere
}
