//go:build unix

package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
)

// s3 is an empty bucket that notes whose access key a request is signed with.
type s3 struct {
	url string

	mu   sync.Mutex
	seen []string
}

func s3Requests(t *testing.T) *s3 {
	t.Helper()
	s := &s3{}
	credential := regexp.MustCompile(`Credential=([A-Z0-9]+)/`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		key := "nobody"
		if found := credential.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
			key = found[1]
		}
		s.seen = append(s.seen, key)
		w.Header().Set("Content-Type", "application/xml")
		_, _ = io.WriteString(w, `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>`)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// keys returns them since the last look.
func (s *s3) keys() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}
