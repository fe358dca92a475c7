// Package awsapi speaks to AWS. It is the only importer of the AWS SDK, and
// makes the exchanges that package session plans.
//
// It does not use the SDK's own search for configuration and credentials
// (config.LoadDefaultConfig): that honours AWS_PROFILE, whose
// credential_process is guise itself, so that it would call itself without end;
// and it takes longer than all the rest of a cached answer. Every client is
// built from what the caller says.
//
// Nothing is logged and no call's input or output is kept. Errors carry AWS's
// code and words, never what was signed or sent.
package awsapi

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"guise/internal/files"
	"guise/session"
)

// Settings are what all calls have in common.
type Settings struct {
	// Region gives the region to call for a link of a chain.
	Region func(session.Link) string
	// CABundle is the path of a PEM file with the certificates to trust instead
	// of the system's; empty for the system's.
	CABundle string
	// FIPS and DualStack choose among AWS's own addresses.
	FIPS, DualStack bool
	// Version of guise, told to AWS as the user agent.
	Version string
	Now     func() time.Time
}

// A Client makes calls. It is safe for concurrent use.
type Client struct {
	settings Settings
	http     aws.HTTPClient
}

// Time limits of one attempt; the SDK makes three.
const (
	connectTimeout = 5 * time.Second
	answerTimeout  = 15 * time.Second
)

// New makes a client. It connects to nothing; its only error is a CA bundle
// that cannot be read.
func New(s Settings) (*Client, error) {
	transport := func(*http.Transport) {}
	if s.CABundle != "" {
		pem, err := files.Read(s.CABundle, files.ConfigLimit)
		if err != nil {
			return nil, fmt.Errorf("CA bundle: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("CA bundle: no certificate in %s", s.CABundle)
		}
		transport = func(t *http.Transport) {
			t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		}
	}
	client := awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectTimeout }).
		WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = answerTimeout }, transport)
	return &Client{settings: s, http: client}, nil
}
