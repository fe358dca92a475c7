//go:build unix

package e2e

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"guise/internal/need"
)

// A client is a real program on an AWS SDK.
type awsClient struct {
	name string
	// words start it for so many calls of GetCallerIdentity by one session. It
	// prints the ARN of each.
	words func(w *world, calls int) []string
	env   []string // what it wants beside a profile
	// one call is all that it can do.
	single bool
}

// awsClients are those that CI has. What a machine lacks is skipped, and said.
func awsClients() []awsClient {
	number := strconv.Itoa
	cli := func(program string) func(w *world, calls int) []string {
		return func(w *world, _ int) []string {
			return []string{need.Program(w.t, program), "--endpoint-url", w.server.URL(), "sts", "get-caller-identity", "--query", "Arn", "--output", "text"}
		}
	}
	js := func(sdk string) func(w *world, calls int) []string {
		return func(w *world, calls int) []string {
			node := need.Program(w.t, "node")
			dir, err := filepath.Abs("testdata/js")
			need.That(w.t, err)
			_, err = os.Stat(filepath.Join(dir, "node_modules")) // npm ci --prefix e2e/testdata/js
			need.That(w.t, err)
			return []string{node, filepath.Join(dir, "client.js"), sdk, "calls", number(calls)}
		}
	}
	return []awsClient{
		{name: "AWS CLI", words: cli("aws"), single: true},
		{name: "boto3", words: func(w *world, calls int) []string { return append(w.boto3Calls(w.t), number(calls)) }},
		{name: "Go SDK v1", words: func(w *world, calls int) []string { return []string{goClient(w.t, "gov1"), "calls", number(calls)} }},
		{name: "Go SDK v2", words: func(w *world, _ int) []string { return goV2(w.t) }, single: true},
		{name: "JavaScript SDK v3", words: js("v3")},
		{name: "JavaScript SDK v2", words: js("v2"), env: []string{"AWS_SDK_LOAD_CONFIG=1"}}, // it reads no config file otherwise
	}
}

// counted has the profiles run guise by way of a program that counts, and gives how
// often it was started since the last look.
func (w *world) counted() (starts func() int) {
	w.t.Helper()
	dir := filepath.Join(w.dir, "counted")
	if err := os.Mkdir(dir, 0o700); err != nil {
		w.t.Fatal(err)
	}
	guise, count, log := filepath.Join(binDir, "guise"), filepath.Join(dir, "guise"), filepath.Join(dir, "starts")
	script := "#!/bin/sh\necho start >>" + log + "\nexec " + guise + " \"$@\"\n"
	w.program(count, script)
	w.write(".aws/config", strings.ReplaceAll(w.read(".aws/config"), "credential_process = "+guise, "credential_process = "+count))
	return func() int {
		data, err := os.ReadFile(log)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			w.t.Fatal(err)
		}
		_ = os.Remove(log)
		return bytes.Count(data, []byte("\n"))
	}
}

// keyOf is the access key of what guise hands out.
func (w *world) keyOf(profile string) string {
	w.t.Helper()
	found := regexp.MustCompile(`"AccessKeyId":"(ASIA[A-Z0-9]+)"`).FindStringSubmatch(w.guise("credential-process", "--profile", profile).out)
	if found == nil {
		w.t.Fatal("no key")
	}
	return found[1]
}

// TestRealClients: each client signs with what guise hands out, however it gets it,
// and starts guise once for all that it does. On a user's machine each goes one way.
func TestRealClients(t *testing.T) {
	besides(t)
	for _, client := range awsClients() {
		t.Run(client.name, func(t *testing.T) {
			w := adopted(t)
			w.env = append(w.env, "AWS_REGION=eu-west-1")
			calls := 5
			if client.single {
				calls = 1
			}
			words, starts := client.words(w, calls), w.counted()
			key := w.keyOf("deploy") // it is in the cache from now on
			modes := [][]string{{"env", "AWS_PROFILE=deploy"}, {"guise", "exec", "deploy", "--serve", "--"}, {"guise", "exec", "deploy", "--export", "--"}}
			for _, mode := range need.Turn(t, modes) {
				w.aws.Forget()
				starts()
				got := w.run(client.env, mode[0], append(mode[1:len(mode):len(mode)], words...)...)
				if got.code != 0 || strings.Count(got.out, ":assumed-role/Deploy/") != calls {
					t.Errorf("%q: %+v", mode, got)
				}
				made := w.aws.Calls("GetCallerIdentity")
				for _, call := range made {
					if call.AccessKeyID != key || call.Code != "" {
						t.Errorf("%q: signed by %s, guise gave %s: %s", mode, call.AccessKeyID, key, call.Code)
					}
				}
				wanted := map[string]int{"env": 1}[mode[0]]
				if n := starts(); len(made) != calls || n != wanted {
					t.Errorf("%q: %d calls, guise was started %d times, want %d", mode, len(made), n, wanted)
				}
			}
		})
	}
}

// TestRclone signs for S3, of which the loopback AWS has nothing but the request.
func TestRclone(t *testing.T) {
	w := adopted(t)
	rclone := need.Program(t, "rclone")
	seen := s3Requests(t)
	key := w.keyOf("deploy")
	remote := ":s3,provider=Minio,env_auth=true,region=eu-west-1,endpoint='" + seen.url + "':bucket"
	for _, mode := range [][]string{{"env", "AWS_PROFILE=deploy", "AWS_SDK_LOAD_CONFIG=1"}, {"guise", "exec", "deploy", "--serve", "--"}, {"guise", "exec", "deploy", "--export", "--"}} {
		got := w.run([]string{"RCLONE_CONFIG=" + os.DevNull}, mode[0], append(mode[1:len(mode):len(mode)], rclone, "lsf", remote, "--retries=1", "--low-level-retries=1")...)
		keys := seen.keys()
		if got.code != 0 || len(keys) == 0 || slices.ContainsFunc(keys, func(k string) bool { return k != key }) {
			t.Errorf("%q: signed by %q, guise gave %s: %+v", mode, keys, key, got)
		}
	}
}

// TestJavaScriptNobody: this SDK starts guise twice where it fails. Nobody is waited
// for twice.
func TestJavaScriptNobody(t *testing.T) {
	w := adopted(t)
	starts := w.counted()
	i := slices.IndexFunc(awsClients(), func(c awsClient) bool { return c.name == "JavaScript SDK v3" })
	words := append([]string{"AWS_PROFILE=prod", "AWS_REGION=eu-west-1", "GUISE_WAIT_FOR_PERSON=15s"}, awsClients()[i].words(w, 1)...)
	began := time.Now()
	got := w.run(nil, "env", words...)
	if took := time.Since(began); got.code == 0 || took < 15*time.Second || took > 30*time.Second {
		t.Errorf("after %s: %+v", took, got)
	}
	if n := starts(); n != 2 {
		t.Errorf("guise was started %d times: is one enough now?", n)
	}
}
