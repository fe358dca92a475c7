package awsconfig

import (
	"errors"
	"strings"
	"testing"
)

// TestBrokenLines: a line that may be another profile's header makes the settings of
// the section that it is in uncertain, whichever way the profile is read; those
// of other profiles are certain.
func TestBrokenLines(t *testing.T) {
	const unclosed, unopened = "a section header that is not closed", "a section header that is not opened"
	const neither = "neither a section, a setting nor a comment"
	for name, c := range map[string]struct{ line, why string }{
		"not closed":                       {"[profile prod", unclosed},
		"not closed, with a setting in it": {"[profile prod role_arn = x", unclosed},
		"not closed, another bracket":      {"[profile prod}", unclosed},
		"not closed, indented":             {"  [profile prod", unclosed},
		"not opened":                       {"profile prod]", unopened},
		"not opened, with a colon":         {"profile team:prod]", unopened},
		"not opened, another section":      {"sso-session a=b]", unopened},
		"no bracket":                       {"profile prod", neither},
		"a value without a name":           {"= x", neither},
		"other brackets":                   {"{profile prod}", neither},
		"a byte order mark":                {bom + "[profile prod]", neither},
		"a line end of old Macs":           {"region = x\r[profile prod]", "a line that ends in a carriage return alone"},
		"one at the beginning":             {"\rregion = x", "a line that ends in a carriage return alone"},
		"a NUL byte at the beginning":      {"\x00region = x", "a NUL byte"},
		"a NUL byte":                       {"[profile prod\x00", "a NUL byte"},
		"a comment":                        {"# [profile prod", ""},
		"an empty line":                    {"", ""},
		"a setting in brackets":            {"services = [x]", ""},
		"a header":                         {"[profile prod]", ""},
		"a header without a name":          {"[profile ]", ""},
		"a header with words behind it":    {"[profile prod] x", ""},
		"a setting named like a section":   {"profile  = [x]", ""},
		"a header with a comment":          {"[profile prod] # [x", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for place, f := range map[string]*Files{
				"config":      filesOf("[profile before]\nregion = y\n[profile alice]\nregion = x\n"+c.line+"\nrole_arn = admin\n[profile after]\nregion = z\n", ""),
				"credentials": filesOf("", strings.NewReplacer("profile ", "").Replace("[profile before]\nregion = y\n[profile alice]\nregion = x\n")+c.line+"\nrole_arn = admin\n[after]\nregion = z\n"),
			} {
				want := ""
				if c.why != "" {
					want = place + " line 5: " + c.why
				}
				read := func(way string) {
					for _, p := range []string{"before", "alice", "after"} {
						got, err := f.Profile(p)
						if err != nil {
							t.Fatal(err)
						}
						if want := map[bool]string{true: want}[p == "alice"]; said(got.Check()) != want {
							t.Errorf("%s, %s: %q, want %q", place, way, said(got.Check()), want)
						}
					}
				}
				read("scanned")
				for _, p := range f.Profiles() {
					if want := map[bool]string{true: want}[p.Name == "alice"]; said(p.Check()) != want {
						t.Errorf("%s, all: %q, want %q", place, said(p.Check()), want)
					}
				}
				read("parsed")
			}
		})
	}
}

// TestBrokenBeforeAll: what is before the first header is nobody's.
func TestBrokenBeforeAll(t *testing.T) {
	f := filesOf("[profile prod\nrole_arn = admin\n[profile alice]\nregion = x\n", "")
	p, err := f.Profile("alice")
	if err = errors.Join(err, p.Check()); err != nil || p.Get("role_arn") != "" {
		t.Error(err, p.Get("role_arn"))
	}
}

func said(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
