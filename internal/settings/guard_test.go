//go:build unix

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"guise/internal/guard"
)

// TestGuard: the tables are rules. A rule that cannot be read is known by its pattern, with
// file and line; what more of the table cannot be read is of every profile.
func TestGuard(t *testing.T) {
	s := readThese(t, "picker = \"list\"\n[guard]\nagents = \"ask\"\n[guard.profiles]\n\"*prod*\" = { color = \"red\", confirm = \"name\", lease = \"1h\", approve = \"15m\" }\ndev = { color = \"green\" }\n")
	want := []guard.Rule{{Pattern: "*prod*", Color: "red", Confirm: "name", Lease: "1h", Approve: "15m", Line: 5}, {Pattern: "dev", Color: "green", Line: 6}}
	for i := range s.Guard.Rules {
		if !strings.HasSuffix(s.Guard.Rules[i].File, "config.toml") {
			t.Error(s.Guard.Rules[i].File)
		}
		s.Guard.Rules[i].File = ""
	}
	if len(s.Broken) > 0 || s.Guard.Agents != "ask" || !slices.Equal(s.Guard.Rules, want) || s.Guard.Unsure != nil || s.Picker != "list" {
		t.Errorf("%+v %v", s.Guard, s.Broken)
	}
	rows := s.GuardRows()
	if len(rows) != 3 || rows[0].Name != "guard.agents" || rows[0].Value != "ask" || rows[0].Line != 3 || rows[1].Name != `guard.profiles."*prod*"` ||
		rows[1].Value != "color = red, confirm = name, lease = 1h, approve = 15m" || rows[1].Line != 5 {
		t.Errorf("%+v", rows)
	}
	for _, c := range []struct {
		text, says  string
		rule, whole bool // what of it protects, and cannot be read
	}{
		{`"*prod*" = { confirm = "nmae" }`, `line 3: "*prod*": confirm must be one of yes, name, no`, true, false},
		{`"*prod*" = { confrim = "name" }`, `line 3: "*prod*": no setting confrim; there are color, confirm`, true, false},
		{`"*prod*" = { confirm = true }`, `line 3: "*prod*": confirm must be a text in quotes`, true, false},
		{`"*prod*" = { lease = "an hour" }`, `line 3: "*prod*": lease must be a duration`, true, false},
		{`"*prod*" = "red"`, `line 3: "*prod*": must be a table`, true, false},
		{`"[prod" = { confirm = "yes" }`, `line 3: "[prod": "[prod" is no pattern`, true, false},
		{`"*prod*" = { color = "pink" }`, `line 3: "*prod*": color must be one of red`, false, false},
		{`"*prod*" = { color = 3 }`, `line 3: "*prod*": color must be a text`, false, false},
		{`"*prod*" = { confirm = name }`, `line 3: this line is not TOML`, false, true},
		{"[guard.profile]\nx = 1", `line 3: no setting guard.profile; there are agents and profiles`, false, true},
	} {
		s := readThese(t, "# mine\n[guard.profiles]\n"+c.text+"\n")
		if len(s.Broken) != 1 || !strings.Contains(s.Broken[0].Error(), "config.toml "+c.says) || s.Broken[0].Protects() != (c.rule || c.whole) {
			t.Errorf("%s: %v", c.text, s.Broken)
			continue
		}
		sure := len(s.Guard.Rules) == 0 || s.Guard.Rules[0].Unsure == nil
		if sure == c.rule || (s.Guard.Unsure != nil) != c.whole {
			t.Errorf("%s: %+v", c.text, s.Guard)
		}
		if c.whole && !errors.As(s.Guard.Unsure, new(*UnsureError)) {
			t.Errorf("%s: %v", c.text, s.Guard.Unsure)
		}
	}
	for _, text := range []string{"guard = 1\n", "[gaurd.profiles]\nx = { confirm = \"yes\" }\n", "[guard]\nagents = \"maybe\"\n", "guard.agents = deny\n", "[guard]\nprofiles = 1\n"} {
		if s := readThese(t, text); len(s.Broken) != 1 || s.Broken[0].Line == 0 || s.Guard.Unsure == nil {
			t.Errorf("%q: %v, %+v", text, s.Broken, s.Guard)
		}
	}
	for name, text := range map[string]string{ // a lost line may be the one that begins the table
		"old Mac's lines": "[guard.profiles]\r\"*prod*\" = { confirm = \"name\" }\r",
		"a stray byte":    "\xff[guard.profiles]\n\"*prod*\" = { confirm = \"name\" }\n",
		"a word before":   "x [guard.profiles]\n\"*prod*\" = { confirm = \"name\" }\n",
		"UTF-16":          "\xff\xfe[\x00g\x00u\x00a\x00r\x00d\x00]\x00\n\x00",
	} {
		if s := readThese(t, text); len(s.Broken) == 0 || s.Guard.Unsure == nil {
			t.Errorf("%s: %v, %+v", name, s.Broken, s.Guard)
		}
	}
	if s := readThese(t, "\ufeff[guard.profiles]\r\ndev = { color = \"green\" }\r\n"); len(s.Broken) > 0 || len(s.Guard.Rules) != 1 {
		t.Errorf("as Notepad writes it: %v, %+v", s.Broken, s.Guard)
	}
	if s := readThese(t, "", "GUISE_GUARD=x"); len(s.Broken) > 0 || s.Guard.Unsure != nil {
		t.Errorf("a table has no variable: %v", s.Broken)
	}
}

// TestGuardsOutOfReach: where config.toml, or its folder, is a symlink that leads nowhere,
// nobody knows what is guarded. Where there is none, nothing is.
func TestGuardsOutOfReach(t *testing.T) {
	for name, link := range map[string]string{"": "", "its file": "guise/config.toml", "its folder": "guise"} {
		dir := t.TempDir()
		if link != "" {
			at := filepath.Join(dir, link)
			if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o700), os.Symlink(filepath.Join(dir, "not mounted", "x"), at)); err != nil {
				t.Fatal(err)
			}
		}
		s := Read(filepath.Join(dir, "guise", "config.toml"), nil)
		if (s.Guard.Unsure != nil) != (link != "") {
			t.Errorf("%s: %v", name, s.Guard.Unsure)
		}
	}
}
