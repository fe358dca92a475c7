package secret

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestNothingShows(t *testing.T) {
	s := New("hunter2")
	nested := struct {
		Keys []Text
		Ptr  *Text
	}{[]Text{s}, &s}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "n", nested.Keys)
	dump, err := json.Marshal(nested)
	if err != nil {
		t.Fatal(err)
	}
	out := log.String() + string(dump)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		out += fmt.Sprintf(verb+verb+verb+"\n", s, nested.Keys, *nested.Ptr)
	}
	out += s.String() + s.GoString()
	for _, leak := range []string{"hunter2", "68756e74657232", "68756E74657232"} {
		if strings.Contains(out, leak) {
			t.Errorf("the secret shows as %q in:\n%s", leak, out)
		}
	}
	if !strings.Contains(out, "[redacted]") {
		t.Error("nothing says that something was left out")
	}
	if s.Reveal() != "hunter2" || s.Empty() || !New("").Empty() {
		t.Error("a secret must keep what it was given")
	}
}
