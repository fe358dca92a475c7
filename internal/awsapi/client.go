// Package awsapi speaks to AWS. It is the only importer of the AWS SDK, and
// makes the exchanges that package session plans.
//
// Every call goes one way: [Client.exchange] sends it, again where AWS is busy or
// cannot be understood, and corrects for a clock that is off. STS and IAM are
// queries answered in XML and signed ([Client.query]); the sign-in services are
// JSON and not signed ([Client.rest]); so are the metadata services of machines.
// Of the SDK there is its signer; its facts about hosts are in package partition. Its
// clients would be as large as the rest of guise, cost each start half a millisecond,
// and say in words of their own what went wrong.
//
// It does not use the SDK's own search for configuration and credentials
// (config.LoadDefaultConfig): that honours AWS_PROFILE, whose
// credential_process is guise itself, so that it would call itself without end.
//
// # Security
//
// An answer is data. It is read up to 1 MiB, must be of the documented form, and
// its fields are checked by package answer before anything is made of them. A
// redirect is not followed: what is sent (a signature, a bearer token) is for the
// host that was meant. Nothing is logged and no call's input or output is kept.
// Errors carry AWS's code and words, never what was signed or sent.
package awsapi

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"guise/internal/files"
	"guise/internal/partition"
	"guise/session"
)

// Settings are what all calls have in common.
type Settings struct {
	// Region returns the region to call in a place, on behalf of the identity with an
	// ARN; either may be empty.
	Region func(at session.Place, arn string) string
	// CABundle is the path of a PEM file with the certificates to trust instead
	// of the system's; empty for the system's.
	CABundle string
	// FIPS and DualStack choose among AWS's own addresses.
	FIPS, DualStack bool
	// Container is for [Client.Container].
	Container ContainerSettings
	// Version of guise, told to AWS as the user agent.
	Version string
	Now     func() time.Time
	// ClockOff is told once, where AWS's clock minus ours is more than
	// session.SkewTold off. May be nil.
	ClockOff func(skew time.Duration)
	// Trace is told each request, when it has been answered; nil: nobody wants to know.
	Trace func(format string, args ...any)
	// BackOff is waited, about, before a call is attempted again, and doubled each
	// time; 0: 200 milliseconds.
	BackOff time.Duration
}

// FromEnv are the settings that the environment holds for all SDKs. Version and Now are
// not among them.
func FromEnv(getenv func(string) string) Settings {
	return Settings{
		Region: RegionFrom(getenv), CABundle: getenv("AWS_CA_BUNDLE"),
		FIPS: getenv("AWS_USE_FIPS_ENDPOINT") == "true", DualStack: getenv("AWS_USE_DUALSTACK_ENDPOINT") == "true",
		Container: ContainerSettings{Token: getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN"), TokenFile: getenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")},
	}
}

// RegionFrom returns the region to call: the terminal's, the profile's, or one of the
// partition that the ARN belongs to.
func RegionFrom(getenv func(string) string) func(at session.Place, arn string) string {
	return func(at session.Place, arn string) string {
		return cmp.Or(getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION"), at.Region, partition.OfARN(arn).Home)
	}
}

// A Client makes calls. It is safe for concurrent use.
type Client struct {
	settings Settings
	http     *http.Client
	skew     atomic.Int64 // AWS's clock minus ours, where it matters
	told     sync.Once    // that the clock is off
}

// Time limits of one attempt.
const (
	connectTimeout = 5 * time.Second
	answerTimeout  = 15 * time.Second // until the answer begins
	callTimeout    = 30 * time.Second // until it has ended
)

// largestBundle is the largest CA bundle that is read, in bytes.
const largestBundle = 16 << 20

// New makes a client. It connects to nothing; its only error is a CA bundle
// that cannot be read.
func New(s Settings) (*Client, error) {
	transport := &http.Transport{
		Proxy:                 proxy,
		DialContext:           (&net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: answerTimeout,
		MaxIdleConnsPerHost:   32,
		IdleConnTimeout:       90 * time.Second,
	}
	if s.CABundle != "" {
		pem, err := files.Read(s.CABundle, largestBundle)
		if err != nil {
			return nil, fmt.Errorf("CA bundle: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("CA bundle: no certificate in %s", s.CABundle)
		}
		transport.TLSClientConfig.RootCAs = pool
	}
	if s.BackOff == 0 {
		s.BackOff = 200 * time.Millisecond
	}
	return &Client{settings: s, http: &http.Client{
		Transport: transport, Timeout: callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// proxy is the user's, as SDKs find it (HTTPS_PROXY and its kin), but for the
// machine's own metadata services: their tokens are for nobody else.
func proxy(r *http.Request) (*url.URL, error) {
	if ip := net.ParseIP(r.URL.Hostname()); ip != nil && (ip.IsLinkLocalUnicast() || ip.IsLoopback() || ip.IsPrivate() && ip.To4() == nil) {
		return nil, nil //nolint:nilnil // no proxy and no error, as http.Transport wants it
	}
	return http.ProxyFromEnvironment(r)
}

// now is AWS's clock, as far as it has been seen: what a signature is dated by.
func (c *Client) now() time.Time { return c.settings.Now().Add(time.Duration(c.skew.Load())) }

// ClockOff says that this computer's clock is not AWS's.
func ClockOff(skew time.Duration) string {
	which := "behind"
	if skew < 0 {
		which = "ahead of"
	}
	return "this computer's clock is " + skew.Abs().Round(time.Second).String() + " " + which + " AWS's: set it"
}
