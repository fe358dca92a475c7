package awsconfig

import (
	"os"
	"strings"
	"testing"
)

// TestReadsAsAWSSays: the cases of testdata/aws-reading.txt, whose head says how
// they are written. What guise reads otherwise is there with the reason.
func TestReadsAsAWSSays(t *testing.T) {
	data, err := os.ReadFile("testdata/aws-reading.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(data), "\n== ")[1:]
	exceptions := 0
	for _, text := range cases {
		name, body, _ := strings.Cut(text, "\n")
		var config, credentials string
		var says, reads []string
		exception := false
		for line := range strings.SplitSeq(strings.TrimSuffix(body, "\n"), "\n") {
			escaped := strings.NewReplacer(`\t`, "\t", `\r`, "\r", `\n`, "\n").Replace(line)
			switch mark, rest, _ := strings.Cut(escaped, " "); mark {
			case "c|":
				config += rest + "\n"
			case "k|":
				credentials += rest + "\n"
			case "=", "-":
				says = append(says, escaped)
			case "?":
				exception = true
			case ">":
				reads = append(reads, rest)
			case "!":
			default:
				t.Errorf("%s: what is %q?", name, line)
			}
		}
		f := filesOf(config, credentials)
		if !exception {
			if len(says) == 0 {
				t.Errorf("%s: AWS refuses it, and nothing says what guise does", name)
			}
			reads = says
		} else {
			exceptions++
			if len(says) > 0 && agrees(f, says) {
				t.Errorf("%s: guise reads it as AWS says: it is no exception", name)
			}
		}
		if !agrees(f, reads) {
			t.Errorf("%s: guise reads %v, want %q", name, f.Profiles(), reads)
		}
	}
	if len(cases) < 45 {
		t.Errorf("%d cases", len(cases))
	}
	t.Logf("%d cases, %d exceptions", len(cases), exceptions)
}

// agrees reports whether the files are read so.
func agrees(f *Files, lines []string) bool {
	for _, line := range lines {
		is, rest, _ := strings.Cut(line, " ")
		p, value, ok := longestName(f, rest)
		if ok != (is == "=") {
			return false
		}
		key, want, _ := strings.Cut(value, " ")
		if key == "" {
			continue
		}
		got := p.value("", key)
		if outer, inner, nested := strings.Cut(key, "."); nested {
			got = p.Nested(outer)[inner]
		}
		if got != want {
			return false
		}
	}
	return true
}

// longestName takes the name of a profile off the front of a text; names may have
// spaces.
func longestName(f *Files, text string) (p Profile, rest string, ok bool) {
	words := strings.Split(text, " ")
	for n := min(len(words), 2); n > 0; n-- {
		if p, err := f.Profile(strings.Join(words[:n], " ")); err == nil {
			return p, strings.Join(words[n:], " "), true
		}
	}
	return Profile{}, "", false
}

// TestHiddenCommandIsRead as it was before it was hidden: its quotes are its own.
func TestHiddenCommandIsRead(t *testing.T) {
	for _, prefix := range []string{"", own, "granted_"} {
		p, err := filesOf("[profile a]\n"+prefix+"credential_process = \"/bin/creds\" \"a # b\"\n", "").Profile("a")
		if got := p.Get("credential_process"); err != nil || got != `"/bin/creds" "a # b"` {
			t.Errorf("%q: %q, %v", prefix, got, err)
		}
	}
}
