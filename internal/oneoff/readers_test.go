package oneoff

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"guise/internal/awsconfig"
	"guise/internal/need"
	"guise/internal/sdk"
)

// TestPolicyOfEveryReader: the line that a policy becomes is the same text for guise, for the
// Go SDK and for the real botocore: neither takes a part of it for a comment.
func TestPolicyOfEveryReader(t *testing.T) {
	dir := t.TempDir()
	source, config := filepath.Join(dir, "p.json"), filepath.Join(dir, "config")
	const text = "{\"Statement\": [{\"Resource\": \"arn:aws:s3:::a # b ; c\\t#;\\\\# = [x] 'q' %(y)s\"}], \"Sid\": \" #\"}\n"
	if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	line, err := policyIn(source)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, []byte("[profile narrow]\nguise_policy = "+line+"\nregion = x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, err := awsconfig.Read(config, config+".none")
	if err != nil {
		t.Fatal(err)
	}
	p, err := files.Profile("narrow")
	if err != nil || p.Own("policy") != line {
		t.Errorf("guise: %q, %v, want %q", p.Own("policy"), err, line)
	}
	if got := sdk.GoValue(" " + line); got != line {
		t.Errorf("the Go SDK: %q, want %q", got, line)
	}
	c := exec.Command(need.Program(t, "python3"), "-c", "import botocore.configloader as c, json, sys; print(json.dumps(c.load_config(sys.argv[1])['profiles']['narrow']['guise_policy']))", config) //nolint:gosec // ours
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	if err := json.Unmarshal(out, &got); err != nil || got != line {
		t.Errorf("botocore: %q, %v, want %q", got, err, line)
	}
	if meaning(line) == nil {
		t.Errorf("%q is no JSON", line)
	}
}
