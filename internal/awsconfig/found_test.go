package awsconfig

import (
	"fmt"
	"strings"
	"testing"
)

// TestFoundAgain: a profile that was found before is as the files are now: changed, put back,
// or with another one in its place.
func TestFoundAgain(t *testing.T) {
	var config strings.Builder
	for i := range 3 * mostFound {
		fmt.Fprintf(&config, "[profile p%d]\nrole_arn = arn:aws:iam::111111111111:role/R%d\nsource_profile = ci\n", i, i)
	}
	f := filesOf(config.String(), "")
	role := func(f *Files, name string) string {
		p, err := f.Profile(name)
		if err != nil {
			t.Fatal(err)
		}
		return p.Get("role_arn")
	}
	managed := func() bool {
		p, err := f.Profile("p1")
		return err == nil && p.Managed()
	}
	for range 2 {
		for i := range 3 * mostFound {
			if got := role(f, fmt.Sprintf("p%d", i)); !strings.HasSuffix(got, fmt.Sprintf("/R%d", i)) {
				t.Fatalf("p%d: %s", i, got)
			}
		}
	}
	if n := testing.AllocsPerRun(10, func() { role(f, "p1") }); n > 0 {
		t.Errorf("it is found again: %.0f allocations", n)
	}
	if managed() {
		t.Fatal("nobody manages it")
	}
	before := f.State()
	if err := f.Adopt([]string{"p1"}, AdoptOptions{Executable: "/guise"}); err != nil || !managed() {
		t.Fatal("adopted, and not managed", err)
	}
	after := f.State()
	for range 2 {
		if f.Set(before); managed() {
			t.Fatal("the files are as they were")
		}
		if f.Set(after); !managed() {
			t.Fatal("the files are as they are to be")
		}
	}
	with := f.With("p1", Setting{Key: "role_arn", Value: "arn:aws:iam::222222222222:role/Added"})
	if got := role(with, "p1"); !strings.HasSuffix(got, "/Added") {
		t.Error(got)
	}
	for _, same := range []*Files{f, with.Standing()} {
		if got := role(same, "p1"); !strings.HasSuffix(got, "/R1") {
			t.Error(got)
		}
	}
}
