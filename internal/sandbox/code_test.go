package sandbox

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestCode: the sandbox's AWS gives the code of a device, or says why not.
func TestCode(t *testing.T) {
	const serial = "arn:aws:iam::111111111111:mfa/a b"
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/code" || r.URL.Query().Get("serial") != serial {
			http.Error(w, "no such device", http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte("123456\n"))
	}))
	if code, err := Code(t.Context(), aws.URL, serial); err != nil || code != "123456" {
		t.Errorf("%q, %v", code, err)
	}
	if code, err := Code(t.Context(), aws.URL, "other"); err == nil || err.Error() != "no such device" || code != "" {
		t.Errorf("%q, %v", code, err)
	}
	aws.Close()
	if _, err := Code(t.Context(), aws.URL, serial); err == nil || err.Error() != "the sandbox's AWS does not answer" {
		t.Error(err)
	}
	if _, err := Code(t.Context(), "\x7f", serial); err == nil {
		t.Error("no address")
	}
}
