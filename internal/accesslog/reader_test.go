package accesslog

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/display"
	"guise/internal/files"
	"guise/internal/printable"
	"guise/session"
)

func entry(i int) []byte {
	line, _ := json.Marshal(Entry{Time: time.Date(2026, 11, 22, 0, 0, i, 0, time.UTC), Profile: "p" + strconv.Itoa(i), Result: Renewed})
	return line
}

func profilesOf(t *testing.T, r *Reader) string {
	t.Helper()
	lines, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range lines {
		names = append(names, l.Profile)
	}
	return strings.Join(names, " ")
}

// TestReader: the old file comes first, what is written meanwhile follows, also where the log
// becomes the old one between two looks, and what is damaged is passed over.
func TestReader(t *testing.T) {
	path := Path(t.TempDir())
	write := func(most int64, numbers ...int) {
		t.Helper()
		for _, i := range numbers {
			if err := files.Append(path, entry(i), most); err != nil {
				t.Fatal(err)
			}
		}
	}
	r := Open(path)
	defer r.Close()
	look := func(want string) {
		t.Helper()
		if got := profilesOf(t, r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	look("")
	write(1, 1)
	look("p1") // from the old file alone
	look("")
	write(1<<20, 2, 3)
	look("p2 p3")
	write(1<<20, 4)
	write(1, 5)
	write(1<<20, 6)
	look("p4 p5 p6")
	write(1, 7)
	write(1, 8) // 7 is in no file any more but the one that r has open
	write(1<<20, 9)
	look("p7 p8 p9")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	whole := string(entry(10))
	_, _ = fmt.Fprintf(f, "no entry\n{}\n\n{\"time\":3}\n%s", whole[:20])
	look("")
	_, _ = fmt.Fprintf(f, "%s\n", whole[20:])
	look("p10")
	if r.Damaged != 3 {
		t.Errorf("%d damaged", r.Damaged)
	}
	_ = f.Truncate(0)
	look("")
	write(1<<20, 11)
	look("p11")
	all := Open(path)
	defer all.Close()
	if got := profilesOf(t, all); got != "p8 p11" {
		t.Errorf("%q", got)
	}
}

const varWrites = "GUISE_TEST_LOG"

// TestFollowWhileOthersWrite: whoever follows the log while many processes write to it, and
// it becomes the old one meanwhile, sees each line once.
func TestFollowWhileOthersWrite(t *testing.T) {
	const processes, lines = 6, 150
	if spec := os.Getenv(varWrites); spec != "" {
		who, path, _ := strings.Cut(spec, " ")
		for i := range lines {
			line, _ := json.Marshal(Entry{Time: time.Now(), Profile: who + "-" + strconv.Itoa(i), Result: Served})
			if err := files.Append(path, line, 50<<10); err != nil {
				t.Fatal(err)
			}
		}
		return
	}
	path := Path(t.TempDir())
	r := Open(path)
	defer r.Close()
	ended := make(chan error, processes)
	for i := range processes {
		c := exec.Command(os.Args[0], "-test.run=^TestFollowWhileOthersWrite$")
		c.Env = append(os.Environ(), varWrites+"="+strconv.Itoa(i)+" "+path)
		go func() { ended <- c.Run() }()
	}
	seen := map[string]int{}
	for left := processes; left >= 0; {
		for name := range strings.FieldsSeq(profilesOf(t, r)) {
			seen[name]++
		}
		if left == 0 {
			break
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatal(err)
			}
			left--
		default:
		}
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s was seen %d times", name, n)
		}
	}
	if len(seen) != processes*lines || r.Damaged > 0 {
		t.Errorf("%d of %d lines, %d damaged", len(seen), processes*lines, r.Damaged)
	}
}

// FuzzReader: whatever is in the log, it is read to its end, and what guise has written
// after it is found.
func FuzzReader(f *testing.F) {
	f.Add([]byte("no entry\n{}\n\x00\xff{\"time\":\"2026-11-22T00:00:00Z\"}\n"))
	f.Add([]byte(`{"time":"2026-11-22T00:00:00Z","program":"\u001b[2J`))
	f.Fuzz(func(t *testing.T, data []byte) {
		path := Path(t.TempDir())
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		l := Log{Path: path, Level: Asked, Now: time.Now, Caller: func() (string, int, string) { return "fuzz", 1, "/" }, Say: func(line string) { t.Error(line) }}
		l.Note(Answer{Profile: "last", Err: session.ErrNoPerson})
		r := Open(path)
		defer r.Close()
		lines, err := r.Next()
		if err != nil || len(lines) == 0 || lines[len(lines)-1].Profile != "last" || lines[len(lines)-1].Result != Failed {
			t.Errorf("%v: %v", lines, err)
		}
		shown := display.Look{Width: 100}.Table(Table(lines, "/home/ana"))
		if !printable.Text(strings.ReplaceAll(shown, "\n", "")) {
			t.Errorf("%q", shown)
		}
	})
}
