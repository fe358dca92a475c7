//go:build unix

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"guise/internal/need"
)

// The answers of a row. Where the client is run, they are what the run shows.
const (
	works    = "yes"
	loaded   = "with `AWS_SDK_LOAD_CONFIG=1`, which `use` and `exec` set"
	inOlder  = "with `adopt --for-older-clients`"
	fails    = "no"
	untold   = "not tried"
	hinted   = "the hint of guise"
	nothing  = "nothing of it"
	noReason = "–" // it does not start guise
)

// clientRow is a line of the table in docs/clients.md. Every one is either run by
// TestClientsPage, or says with which version somebody has tried it by hand.
type clientRow struct {
	name string
	hand string // the version that was tried by hand; empty: words
	// knows is whether it takes a managed profile; serve, export and file, whether it works by
	// exec --serve, exec --export and export --format credentials-file; needed, what its user
	// sees where they are needed.
	knows, serve, export, file, needed string

	// words start it, for one request that an AWS or an S3 at url sees; env is beside the
	// way's.
	words func(w *world, url string) []string
	env   []string
	s3    bool
}

// clientRows are all of the table.
func clientRows() []clientRow {
	program := func(name string, args ...string) func(*world, string) []string {
		return func(w *world, url string) []string {
			words := []string{need.Program(w.t, name)}
			for _, arg := range args {
				words = append(words, strings.NewReplacer("URL", url, "HOST", strings.TrimPrefix(url, "http://")).Replace(arg))
			}
			return words
		}
	}
	js := func(sdk string) func(*world, string) []string {
		i := slices.IndexFunc(awsClients(), func(c awsClient) bool { return c.name == "JavaScript SDK "+sdk })
		return func(w *world, _ string) []string { return awsClients()[i].words(w, 1) }
	}
	return []clientRow{
		{
			name: "AWS CLI 2", knows: works, serve: works, export: works, file: works, needed: hinted,
			words: program("aws", "--endpoint-url", "URL", "sts", "get-caller-identity"),
		},
		{
			name: "boto3", knows: works, serve: works, export: works, file: works, needed: hinted,
			words: func(w *world, _ string) []string { return append(w.boto3Calls(w.t), "1") },
		},
		{
			name: "Go SDK v2", knows: works, serve: works, export: works, file: works, needed: hinted,
			words: func(w *world, _ string) []string { return goV2(w.t) },
		},
		{
			name: "Go SDK v1, default options", knows: loaded, serve: works, export: works, file: works, needed: hinted,
			words: func(w *world, _ string) []string { return []string{goClient(w.t, "gov1"), "default", "1"} },
		},
		{name: "JavaScript SDK v3", knows: works, serve: works, export: works, file: works, needed: nothing, words: js("v3")},
		{name: "JavaScript SDK v2", knows: loaded, serve: works, export: works, file: works, needed: nothing, words: js("v2")},
		{
			name: "rclone", knows: works, serve: works, export: works, file: works, needed: hinted, s3: true, env: []string{"RCLONE_CONFIG=" + os.DevNull},
			words: program("rclone", "lsf", ":s3,provider=Minio,env_auth=true,region=eu-west-1,endpoint='URL':bucket", "--retries=1", "--low-level-retries=1"),
		},
		{
			name: "restic", knows: inOlder, serve: works, export: works, file: works, needed: nothing, s3: true, env: []string{"RESTIC_PASSWORD=x"},
			words: program("restic", "--no-cache", "-r", "s3:URL/bucket", "snapshots"),
		},
		{
			name: "s3cmd", knows: fails, serve: fails, export: works, file: works, needed: noReason, s3: true,
			words: program("s3cmd", "--host=HOST", "--host-bucket=", "--no-ssl", "ls", "s3://bucket"),
		},
		{name: "AWS CLI 1", hand: "1.45.11", knows: works, serve: works, export: works, file: works, needed: hinted},
		{name: "s4cmd", hand: "2.1", knows: works, serve: works, export: works, file: untold, needed: untold},
		{name: "duplicity (boto3+s3)", hand: "0.8.22", knows: works, serve: works, export: works, file: untold, needed: untold},
		{name: "Ansible, amazon.aws", hand: "2.14, 5.5", knows: works, serve: works, export: works, file: untold, needed: hinted},
		{name: "Terraform, S3 backend", hand: "1.11.4", knows: works, serve: works, export: works, file: untold, needed: hinted},
		{name: "Packer, amazon-ebs", hand: "1.6.6", knows: works, serve: works, export: works, file: untold, needed: nothing},
		{name: "kubectl, aws eks get-token", hand: "1.32", knows: works, serve: works, export: works, file: untold, needed: hinted},
		{name: "AWS CDK", hand: "2.1148.1", knows: works, serve: works, export: works, file: untold, needed: nothing},
		{name: "Serverless 3", hand: "3.40", knows: fails, serve: works, export: works, file: untold, needed: noReason},
		{name: "s3fs", hand: "1.90", knows: fails, serve: fails, export: "yes, until the session expires", file: untold, needed: noReason},
	}
}

// TestClientsPage: docs/clients.md says of each client what a run of it shows, or with which
// version it was tried by hand.
func TestClientsPage(t *testing.T) {
	table := "| client | tried | takes a managed profile | `exec --serve` | `exec --export` | `export --format credentials-file` | what its user sees when they are needed |\n|---|---|---|---|---|---|---|\n"
	for _, r := range clientRows() {
		tried := "by the tests"
		if r.hand != "" {
			tried = "by hand: " + r.hand
		}
		if (r.words == nil) != (r.hand != "") || slices.Contains([]string{r.knows, r.serve, r.export, r.file, r.needed}, "") {
			t.Errorf("%s: a row is either run or tried by hand, and says all", r.name)
		}
		table += "| " + strings.Join([]string{r.name, tried, r.knows, r.serve, r.export, r.file, r.needed}, " | ") + " |\n"
	}
	generated(t, "../docs/clients.md", "<!-- from the runs of TestEveryClient, by make docs -->\n", table)
}

// TestEveryClient: each client is run in every way that guise has for it, and does what
// docs/clients.md says. On a user's machine it is run in one of those that are not by a
// profile: each client in its own.
func TestEveryClient(t *testing.T) {
	besides(t)
	for _, r := range clientRows() {
		if r.words == nil {
			continue
		}
		t.Run(r.name, func(t *testing.T) {
			w := adopted(t)
			w.env = append(w.env, "AWS_REGION=eu-west-1")
			x := &clientRun{world: w, row: r, url: w.server.URL()}
			if r.s3 {
				x.bucket = s3Requests(t)
				x.url = x.bucket.url
			}
			x.words = r.words(w, x.url)
			x.key = w.keyOf("deploy")
			shows := func(of, got, page string) {
				t.Helper()
				if got != page {
					t.Errorf("%s: %s, the page says %s: %+v", of, strconv.Quote(got), strconv.Quote(page), x.last)
				}
			}
			knows, needed := x.knows(), noReason
			shows("takes a managed profile", knows, r.knows)
			for _, way := range need.Turn(t, []string{"--serve", "--export", "credentials-file"}) {
				switch way {
				case "--serve":
					shows(way, x.by("guise", "exec", "deploy", way, "--"), r.serve)
				case "--export":
					shows(way, x.by("guise", "exec", "deploy", way, "--"), r.export)
				default:
					if out := w.guise("export", "deploy", "--format", way, "--to", "tool"); out.code != 0 {
						t.Fatalf("%+v", out)
					}
					shows(way, x.by("env", "AWS_PROFILE=tool"), r.file)
				}
			}
			if knows != fails {
				needed = x.needed(knows)
			}
			shows("what is seen", needed, r.needed)
		})
	}
}

// clientRun is one client in a world.
type clientRun struct {
	*world
	row    clientRow
	url    string
	bucket *s3
	words  []string
	key    string // that guise hands out
	last   result
}

// by runs it, and reports whether all its requests are signed with what guise hands out.
func (x *clientRun) by(before ...string) string {
	x.aws.Forget()
	if x.bucket != nil {
		x.bucket.keys()
	}
	x.last = x.run(x.row.env, before[0], append(before[1:len(before):len(before)], x.words...)...)
	var keys []string
	if x.bucket != nil {
		keys = x.bucket.keys()
	} else {
		for _, call := range x.aws.Calls("GetCallerIdentity") {
			if call.Code == "" {
				keys = append(keys, call.AccessKeyID)
			}
		}
	}
	if len(keys) == 0 || slices.ContainsFunc(keys, func(key string) bool { return key != x.key }) {
		return fails
	}
	return works
}

// knows is how it takes a managed profile, by the least that it takes.
func (x *clientRun) knows() string {
	if x.by("env", "AWS_PROFILE=deploy") == works {
		return works
	}
	as := fails
	if x.by("env", "AWS_PROFILE=deploy", "AWS_SDK_LOAD_CONFIG=1") == works {
		as = loaded
	}
	before := x.read(".aws/credentials")
	if got := x.guise("adopt", "prod", "deploy", "--yes", "--for-older-clients"); got.code != 0 {
		x.t.Fatalf("%+v", got)
	}
	older := x.by("env", "AWS_PROFILE=deploy")
	switch {
	case as == loaded && older != works:
		x.t.Errorf("not with --for-older-clients: %+v", x.last)
	case as == loaded: // what follows goes by the other way
		if got := x.guise("release", "prod", "deploy", "--yes"); got.code != 0 {
			x.t.Fatalf("%+v", got)
		}
		if x.read(".aws/credentials") != before {
			x.t.Error("release has not restored the credentials file")
		}
		x.adoptAll()
	case older == works:
		as = inOlder
	}
	return as
}

// needed is what its user sees where an MFA code is wanted, and there is no terminal.
func (x *clientRun) needed(as string) string {
	words := []string{"AWS_PROFILE=prod"}
	if as == loaded {
		words = append(words, "AWS_SDK_LOAD_CONFIG=1")
	}
	if x.by(append([]string{"env"}, words...)...) == works {
		x.t.Errorf("nobody was needed: %+v", x.last)
	}
	if strings.Contains(x.last.out+x.last.err, "guise login prod") {
		return hinted
	}
	return nothing
}

// generated fails where a table of a page is not the one given; with -update it is written.
func generated(t *testing.T, path, begin, table string) {
	t.Helper()
	const end = "<!-- end of the table -->\n"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, _ := strings.Cut(string(data), begin)
	_, after, ok := strings.Cut(rest, end)
	if !ok {
		t.Fatal("the page has no place for the table")
	}
	page := before + begin + table + end + after
	if page == string(data) {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the tests know: make docs", filepath.Base(path))
	}
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil { //nolint:gosec // a page
		t.Fatal(err)
	}
}
