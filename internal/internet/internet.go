// Package internet is the internet as guise meets it, for tests: the real names of AWS's
// hosts, over TLS, behind a proxy on the loopback interface. A guise whose environment is
// [Internet.Env] believes to speak to AWS itself; nothing that it sends leaves the machine.
//
// Which host is which service's, in which region, is taken from the SDK's own endpoint
// rules and not from guise. Who asks for a name that AWS does not have gets none, as from
// DNS; what is asked of the wrong service or in the wrong region is refused as AWS does.
package internet

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/loopback"
)

// A Center is the IAM Identity Center that there is.
type Center struct {
	StartURL  string // that it is known by
	Region    string
	DualStack bool // its sign-ins begin at the dual-stack host of the sign-in service
}

// Internet is a proxy, and all behind it. It ends with its test.
type Internet struct {
	aws    *loopback.AWS
	center Center
	hosts  map[string]host
	proxy  string
	bundle string
	certs  *authority
	lines  *lines

	mu       sync.Mutex
	leads    map[string]string // companies' domains, and where they lead
	requests []Request
	unknown  []string
}

// A Request is one that has come, and what it carried.
type Request struct {
	Method, Host, Path string
	Body               bool
	Header             http.Header
}

// Open opens an internet with an AWS in it.
func Open(t testing.TB, aws *loopback.AWS, center Center) *Internet {
	t.Helper()
	certs, err := newAuthority()
	if err != nil {
		t.Fatal(err)
	}
	i := &Internet{aws: aws, center: center, hosts: hostsOf(t), certs: certs, leads: map[string]string{}, bundle: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(i.bundle, certs.pem, 0o600); err != nil {
		t.Fatal(err)
	}
	aws.SetPortal(center.StartURL)
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	i.proxy = "http://" + outside.Addr().String()
	i.lines = &lines{ready: make(chan net.Conn), over: make(chan struct{}), at: outside.Addr()}
	inside := &http.Server{Handler: http.HandlerFunc(i.serve), ReadHeaderTimeout: time.Minute}
	proxy := &http.Server{Handler: http.HandlerFunc(i.connect), ReadHeaderTimeout: time.Minute}
	var serving sync.WaitGroup
	serving.Go(func() {
		_ = inside.Serve(tls.NewListener(i.lines, &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certs.certificate}))
	})
	serving.Go(func() { _ = proxy.Serve(outside) })
	t.Cleanup(func() {
		_ = proxy.Close()
		_ = i.lines.Close()
		_ = inside.Close()
		serving.Wait()
	})
	return i
}

// Leads makes a company's domain answer every request by a redirect, or where to is empty
// by a page.
func (i *Internet) Leads(domain, to string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.leads[domain] = to
}

// Move moves the IAM Identity Center.
func (i *Internet) Move(center Center) {
	i.mu.Lock()
	i.center = center
	i.mu.Unlock()
	i.aws.SetPortal(center.StartURL)
}

// Proxy is its address.
func (i *Internet) Proxy() string { return i.proxy }

// Env is the environment of whoever is to live in it; Bundle is the file with the
// certificate of its authority.
func (i *Internet) Env() []string {
	return []string{"HTTPS_PROXY=" + i.proxy, "AWS_CA_BUNDLE=" + i.bundle}
}
func (i *Internet) Bundle() string { return i.bundle }

// Hosts are the names that were asked, each once, in the order of the first time.
func (i *Internet) Hosts() (names []string) {
	for _, r := range i.Requests() {
		if !slices.Contains(names, r.Host) {
			names = append(names, r.Host)
		}
	}
	return names
}

// Requests are those that have come so far.
func (i *Internet) Requests() []Request {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.requests)
}

// Unknown are the names that were asked for and that nobody has.
func (i *Internet) Unknown() []string {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.unknown)
}

// Forget forgets the requests made so far.
func (i *Internet) Forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.requests, i.unknown = nil, nil
}

// connect is the proxy: a line to a host, if there is one of that name.
func (i *Internet) connect(w http.ResponseWriter, r *http.Request) {
	name, port, err := net.SplitHostPort(r.Host)
	i.mu.Lock()
	_, known := i.hosts[name]
	_, led := i.leads[name]
	if r.Method != http.MethodConnect || err != nil || port != "443" || !known && !led {
		i.unknown = append(i.unknown, r.Host)
		i.mu.Unlock()
		http.Error(w, "no such host", http.StatusBadGateway)
		return
	}
	i.mu.Unlock()
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if _, err := fmt.Fprint(conn, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		_ = conn.Close()
		return
	}
	i.lines.give(conn)
}

// serve answers for the host that a line has led to.
func (i *Internet) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.requests = append(i.requests, Request{r.Method, r.Host, r.URL.Path, r.ContentLength != 0, r.Header.Clone()})
	to, led := i.leads[r.Host]
	at, center := i.hosts[r.Host], i.center
	i.mu.Unlock()
	switch {
	case r.TLS.ServerName != r.Host:
		http.Error(w, "misdirected", http.StatusMisdirectedRequest)
	case led && to == "":
		_, _ = fmt.Fprint(w, "a page of the company's")
	case led:
		http.Redirect(w, r, to, http.StatusFound)
	case !at.does(r):
		http.Error(w, at.service+" has no "+r.URL.Path, http.StatusNotFound)
	case at.service == "oidc" && (at.region != center.Region || at.dualStack != center.DualStack), at.service == "portal.sso" && at.region != center.Region:
		w.Header().Set("X-Amzn-Errortype", "InvalidRequestException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"message":"no such identity center in %s"}`, at.region)
	case at.service == "sts" && !unsigned(r) && !strings.Contains(r.Header.Get("Authorization"), "/"+at.region+"/sts/"):
		http.Error(w, "signed for another region", http.StatusForbidden)
	default:
		i.aws.ServeHTTP(w, r)
	}
}

// unsigned reports whether a request has no signature, as those that bring an assertion or a
// token have none; which of them may, the AWS behind says.
func unsigned(r *http.Request) bool { return r.Header.Get("Authorization") == "" }
