package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"guise/internal/need"
)

// TestTry tries the mutants of a small package of its own, where it is known which of
// them its tests notice.
func TestTry(t *testing.T) {
	need.Long(t)
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"go.mod": "module small\n\ngo 1.26\n",
		"p/p.go": `package p

import "strings"

const size = 4 * 2 // known when it is built: no mutant

type T struct{ n, calls int }

func (t *T) Grow(by int, name string, force bool) string {
	t.calls++
	if by < 0 || name == "" && !force {
		return "no"
	}
	t.n += by - size
	defer t.log(name)
	return strings.ToUpper(name) + "!"
}

func (t *T) log(string) { t.calls = t.calls +
	1 }

func untested(a, b bool) bool { return a && b }

func Wait() int {
	c, n := make(chan int, 1), 1
	c <- -n
	return <-c
}
`,
		"p/p_test.go": `package p

import "testing"

func Test(t *testing.T) {
	x := &T{}
	if got := x.Grow(9, "a", false); got != "A!" || x.n != 1 || x.calls != 2 {
		t.Errorf("%q %+v", got, x)
	}
	if got := x.Grow(-1, "a", false); got != "no" {
		t.Error(got)
	}
	if got := x.Grow(0, "", false); got != "no" {
		t.Error(got)
	}
	if Wait() != -1 {
		t.Error()
	}
}
`,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	record := filepath.Join(dir, "record.md")
	if err := os.WriteFile(record, []byte("# Survivors\n\n"+heading), 0o600); err != nil {
		t.Fatal(err)
	}
	ok, err := try("p", 2, 50, record)
	if ok || err != nil {
		t.Fatalf("%v, %v: it has survivors without a reason", ok, err)
	}
	const survivors = "\n## p\n\n" +
		"- p.go T.Grow: `by < 0` → `by <= 0`\n  (no reason yet)\n" +
		"- p.go untested: `a && b` → `a || b`\n  (no reason yet)\n"
	written := read(t, record)
	if !strings.HasPrefix(written, "# Survivors\n\n| package |") || !strings.HasSuffix(written, survivors) {
		t.Errorf("%s", written)
	}
	if row := "| p | 16 | 14 | 0 | 2 | 1 | 87.5 |"; !strings.Contains(written, row) {
		t.Errorf("no row %s in:\n%s", row, written)
	}

	reasoned := strings.ReplaceAll(written, "  (no reason yet)", "  A reason.")
	if err := os.WriteFile(record, []byte(reasoned), 0o600); err != nil {
		t.Fatal(err)
	}
	if ok, err := try("p", 2, 50, record); !ok || err != nil {
		t.Errorf("%v, %v: every survivor has a reason", ok, err)
	}
	if again := read(t, record); again != reasoned {
		t.Errorf("the record has lost something:\n%s", again)
	}
	if ok, err := try("p", 2, 99, record); ok || err != nil {
		t.Errorf("%v, %v: less than 99 of a hundred die", ok, err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
