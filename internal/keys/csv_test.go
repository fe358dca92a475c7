package keys

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFromCSV: the file as AWS writes it, as spreadsheets leave it, and what is none.
func TestFromCSV(t *testing.T) {
	const id, secret = "AKIAIOSFODNN7EXAMPLE", "wJalr/K7MDENG+x"
	path := filepath.Join(t.TempDir(), "keys.csv")
	for _, c := range []struct {
		name, text string
		ok         bool
	}{
		{"AWS's own", "Access key ID,Secret access key\r\n" + id + "," + secret + "\r\n", true},
		{"with a byte order mark", "\ufeffAccess key ID,Secret access key\n" + id + "," + secret + "\n", true},
		{"the columns the other way round", "Secret access key,Access key ID\n" + secret + "," + id + "\n", true},
		{"with more columns", "User name,Access key ID,Secret access key,Console login link\nalice," + id + "," + secret + ",https://x\n", true},
		{"other cases and spaces", " access KEY id , secret Access Key \n " + id + " , " + secret + " \n", true},
		{"quoted", "\"Access key ID\",\"Secret access key\"\n\"" + id + "\",\"" + secret + "\"\n", true},
		{"no key", "Access key ID,Secret access key\n", false},
		{"an empty secret", "Access key ID,Secret access key\n" + id + ",\n", false},
		{"temporary ones", "Access key ID,Secret access key\nASIAIOSFODNN7EXAMPLE," + secret + "\n", false},
		{"other columns", "a,b\n" + id + "," + secret + "\n", false},
		{"rows of other lengths", "Access key ID,Secret access key\n" + id + "\n", false},
		{"nothing", "", false},
	} {
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		gotID, got, err := FromCSV(path)
		if c.ok && (err != nil || gotID != id || got.Reveal() != secret) || !c.ok && err == nil {
			t.Errorf("%s: %s, %v", c.name, gotID, err)
		}
		if err != nil && (strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), path)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, _, err := FromCSV(path + ".none"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "cannot be read") || strings.Count(err.Error(), path) != 1 {
		t.Error(err)
	}
}

func TestIsID(t *testing.T) {
	for id, want := range map[string]bool{
		"AKIAIOSFODNN7EXAMPLE": true, "ASIAIOSFODNN7EXAMPLE": false, "AKIA": false, "akiaiosfodnn7example": false, "": false,
		"AKIA" + strings.Repeat("A", 12): true, "AKIA" + strings.Repeat("A", 11): false, "AKIA" + strings.Repeat("A", 124): true, "AKIA" + strings.Repeat("A", 125): false, "AKIAIOSFODNN7EXAMPL ": false,
	} {
		if IsID(id) != want {
			t.Errorf("%q", id)
		}
	}
}
