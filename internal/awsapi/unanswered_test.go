package awsapi

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestUnanswered: why no answer came is said without the words of Go's network stack.
func TestUnanswered(t *testing.T) {
	dial := func(op string, err error) error {
		return &url.Error{Op: "Post", URL: "https://sts.amazonaws.com/?Signature=secret", Err: &net.OpError{Op: op, Net: "tcp", Err: err}}
	}
	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	for _, c := range []struct {
		err  error
		want string
	}{
		{dial("dial", &net.DNSError{Err: "no such host", Name: "sts.amazonaws.com", Server: "10.0.0.1:53", IsNotFound: true}), "there is no host sts.amazonaws.com"},
		{dial("dial", &net.DNSError{Err: "server misbehaving", Name: "sts.amazonaws.com"}), "the name sts.amazonaws.com could not be looked up"},
		{dial("dial", &net.DNSError{Err: "timeout", Name: "sts.amazonaws.com", IsTimeout: true}), "it took too long"},
		{dial("dial", refused), syscall.ECONNREFUSED.Error()},
		{dial("proxyconnect", refused), "the proxy: " + syscall.ECONNREFUSED.Error()},
		{dial("dial", os.ErrDeadlineExceeded), "it took too long"},
		{dial("read", io.ErrUnexpectedEOF), "the connection was closed"},
		{fmt.Errorf("Post: %w", errors.New("something else")), "Post: something else"},
	} {
		got := unanswered(t.Context(), "GetCallerIdentity", &url.URL{Host: "sts.amazonaws.com"}, c.err).Error()
		if !strings.HasSuffix(got, "no answer from sts.amazonaws.com: "+c.want) {
			t.Errorf("%v: %q, want %q", c.err, got, c.want)
		}
	}
}
