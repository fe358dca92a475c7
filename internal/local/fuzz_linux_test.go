package local

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// FuzzTable: a connection's user is the one of the line that has both its ends, and an
// inode; a table of another form gives nobody.
func FuzzTable(f *testing.F) {
	entry := entryV4(netip.MustParseAddrPort("127.0.0.1:40000"), netip.MustParseAddrPort("127.0.0.1:8080"))
	const line = "   0: %s 01 00000000:00000000 00:00000000 00000000 %s        0 %s 1 0000000000000000 20 4 30 10 -1\n"
	f.Add(fmt.Sprintf(line, entry, "1000", "12345"))
	f.Add(fmt.Sprintf(line, entry, "0", "0"))
	f.Add(fmt.Sprintf(line, entry, "-1", "7") + fmt.Sprintf(line, entry, "0", "7"))
	f.Add(fmt.Sprintf(line, "00000000:0000 "+entry, "0", "7"))
	f.Add("   0: " + entry)
	f.Add(strings.Repeat("x", 1<<16+1) + "\n" + fmt.Sprintf(line, entry, "0", "7"))
	f.Fuzz(func(t *testing.T, table string) {
		uid, found := userIn(strings.NewReader(table), entry)
		if uid < 0 && uid != unknown || !found && uid != unknown {
			t.Fatalf("%d, %v of %q", uid, found, table)
		}
		if uid == unknown {
			return
		}
		for line := range strings.Lines(table) {
			words := strings.Fields(line)
			if len(words) >= 10 && words[1]+" "+words[2] == entry {
				if words[9] == "0" || strings.TrimLeft(words[7], "0") != strings.TrimLeft(fmt.Sprint(uid), "0") {
					t.Fatalf("%d of %q", uid, table)
				}
				return
			}
		}
		t.Fatalf("%d of nobody's line: %q", uid, table)
	})
}
