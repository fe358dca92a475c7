//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"

	"guise/internal/awsconfig"
	"guise/internal/sdk"
)

// configuration is one pair of files under test.
type configuration struct {
	*law
	seed                uint64
	paths               paths
	config, credentials string // as they were
	botocore, goSDK     *sdk.Reading
	before              map[string][]identity
	adopted             map[string]string // what guise said; empty: it was adopted
	older               bool              // for older clients too
	of                  string            // the profile that has a narrower form by guise; empty: none
}

func (c *configuration) breaks(format string, args ...any) {
	after := ""
	for _, path := range []string{c.paths.config, c.paths.credentials} {
		data, _ := os.ReadFile(path)
		after += "\n--- " + path + "\n" + string(data)
	}
	c.broken = append(c.broken, fmt.Sprintf("seed %d: "+format, append([]any{c.seed}, args...)...))
	fmt.Fprintln(os.Stderr, "law:", c.broken[len(c.broken)-1])
	if c.verbose {
		fmt.Printf("%s\n--- config before\n%s\n--- credentials before\n%s%s\n", c.broken[len(c.broken)-1], c.config, c.credentials, after)
	}
}

// guise runs the real program.
func (c *configuration) guise(args ...string) (string, bool) {
	cmd := exec.Command(c.law.guise, args...)
	cmd.Dir = c.dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		return err.Error(), false
	}
	return strings.TrimSpace(out.String()), err == nil
}

// adopt has guise adopt the profiles: each by its name, or all.
func (c *configuration) adopt(r *rand.Rand, names []string) {
	keep := []string{"--keep-keys"}
	if c.keyring && r.IntN(4) == 0 {
		keep = nil
	}
	if c.older = r.IntN(3) == 0; c.older {
		keep = append(keep, "--for-older-clients")
	}
	if r.IntN(4) == 0 {
		said, _ := c.guise(append([]string{"adopt", "--all", "--yes"}, keep...)...)
		for _, name := range names {
			if c.adopted[name] = "left: " + said; c.managed(name) {
				c.adopted[name] = ""
			}
		}
		return
	}
	for _, i := range r.Perm(len(names)) {
		before := c.read()
		said, ok := c.guise(append([]string{"adopt", "--yes", names[i]}, keep...)...)
		if c.adopted[names[i]] = ""; !ok {
			c.adopted[names[i]] = "refused: " + said
			if c.read() != before {
				c.breaks("%q was refused, and the files changed: %s", names[i], said)
			}
		} else if !slices.Contains(keep, "--keep-keys") {
			c.count["to the key store"]++
		}
	}
}

func (c *configuration) read() string {
	config, _ := os.ReadFile(c.paths.config)
	credentials, _ := os.ReadFile(c.paths.credentials)
	return string(config) + "\x00" + string(credentials)
}

// managed reports whether guise manages a profile.
func (c *configuration) managed(name string) bool {
	p, err := c.profile(name)
	return err == nil && p.Managed()
}

func (c *configuration) profile(name string) (awsconfig.Profile, error) {
	files, err := awsconfig.Read(c.paths.config, c.paths.credentials)
	if err != nil {
		return awsconfig.Profile{}, err
	}
	return files.Profile(name)
}

// judge compares who the SDKs are after with who they were before.
func (c *configuration) judge(name string, after []identity) {
	before := c.before[name]
	last := len(before) - 1
	b, g := before[0].arn, before[last].arn
	c.count["profiles"]++
	if c.verbose {
		fmt.Printf("seed %d %q: botocore %v → %v; Go %v → %v; %s\n", c.seed, name, before[0], after[0], before[last], after[last], c.adopted[name])
	}
	if said := c.adopted[name]; said == "" {
		c.count["adopted"]++
	} else {
		c.count["left or refused"]++
	}
	switch {
	case b == g && b == "":
		c.count["nobody before and after"]++
	case b == g:
		c.count["the same before and after"]++
	default:
		c.count["differ before"]++
		c.differ[c.why(name)]++
	}
	for i, now := range after {
		if i < last && before[i].arn != b {
			continue // an older botocore, of another mind than the newest
		}
		if !c.allowed(name, i == last, b, g, now.arn) {
			c.breaks("%q: %s was %v, is %v; the other SDK was %v; %s", name, c.title(i), before[i], now, before[last*(1-min(i, 1))], c.adopted[name])
		}
	}
}

func (c *configuration) title(i int) string {
	if i == len(c.botocores) {
		return "the Go SDK"
	}
	return "botocore " + c.botocores[i].version
}

// allowed reports whether an SDK may be somebody after adoption, where botocore was
// b before and the Go SDK g.
func (c *configuration) allowed(name string, isGo bool, b, g, now string) bool {
	was := b
	if isGo {
		was = g
	}
	switch of := c.narrows(name); {
	case now == was:
		return true
	case of != "" && len(c.before[of]) > 0: // which no SDK knew
		return c.isNarrower(now, of)
	case b == g:
		return false
	case b != "":
		return isGo && now == b
	case now == g:
		return true // botocore, which was nobody
	}
	// botocore follows a way that leads nowhere (an `aws login` nobody made), the
	// Go SDK another: botocore's way counts.
	_, err := c.botocore.Who(name)
	return isGo && now == "" && err == nil
}

// why returns the reason that the two SDKs differ for.
func (c *configuration) why(name string) string {
	d, ok := sdk.Compare(c.botocore, c.goSDK, name)
	if !ok {
		return "AWS answers them differently"
	}
	return class(d.Why)
}

// class is a reason without the names in it.
func class(why string) string {
	for _, of := range []string{"botocore does not see", "the Go SDK does not see"} {
		if strings.HasPrefix(why, of) {
			return of + " a name"
		}
	}
	unread, isUnread := strings.CutPrefix(why, "Python cannot read the file: ")
	switch {
	case !isUnread:
		if key, rest, ok := strings.Cut(why, ": "); ok && !strings.Contains(key, " ") {
			return "a setting: " + rest
		}
		return why
	case strings.HasSuffix(unread, "twice"):
		why = "a section twice"
	case strings.HasSuffix(unread, "twice in one section"):
		why = "a setting twice"
	default:
		why = unread
	}
	return "Python cannot read the file: " + why
}

// at is where the SDKs are asked for a profile. What is the machine's own is there alone for a
// profile that says so to both: for others, SDKs take to it where the profile gives nothing.
func (c *configuration) at(name string) paths {
	at := c.paths
	b, err := c.botocore.Who(name)
	g, other := c.goSDK.Who(name)
	if err == nil && other == nil && b[0].Same(g[0]) && c.cast.machines[b[0].Kind] != "" {
		at.own = c.cast.own
	}
	return at
}

// predicted compares who the newest botocore and the Go SDK are with what package
// sdk says of the files.
func (c *configuration) predicted(name string) {
	real := c.before[name]
	for i, reading := range []*sdk.Reading{c.botocore, c.goSDK} {
		is := real[(len(real)-1)*i]
		plan, err := reading.Who(name)
		want := ""
		if err == nil {
			want = c.cast.expected(plan, c.at(name).own != nil)
		}
		if want != is.arn {
			c.breaks("%q: %s is %v; package sdk says %s (%v: %v)", name, []string{"botocore", "the Go SDK"}[i], is, want, plan, err)
		}
	}
}

// alone asks an SDK that reads the credentials file alone, as older clients do: a profile that
// is managed for them is there who it is with both files.
func (c *configuration) alone(name string, after []identity) {
	p, err := c.profile(name)
	if err != nil || !p.ForOlderClients() {
		return
	}
	c.count["for older clients"]++
	now := c.law.goSDK.who(paths{os.DevNull, c.paths.credentials, c.at(name).own}, name)
	if was := after[len(after)-1]; now.arn != was.arn {
		c.breaks("%q: by the credentials file alone the Go SDK is %v, with both files %v", name, now, was)
	}
}

// release undoes it all, and compares the bytes.
func (c *configuration) release(names []string) {
	for _, name := range names {
		if c.adopted[name] != "" || strings.Trim(name, `"'`) != name {
			continue // the Go SDK's name for one that is in quotes
		}
		if said, ok := c.guise("release", "--yes", name); !ok {
			c.breaks("release %q: %s", name, said)
		}
	}
	if c.read() != c.config+"\x00"+c.credentials {
		c.breaks("release does not give back the files:\n%s", diff(c.config+"\x00"+c.credentials, c.read()))
	}
}

// diff returns the lines that two texts do not share.
func diff(before, after string) string {
	var b strings.Builder
	for _, of := range []struct{ mark, one, other string }{{"-", before, after}, {"+", after, before}} {
		for line := range strings.SplitAfterSeq(of.one, "\n") {
			if !strings.Contains(of.other, line) {
				fmt.Fprintf(&b, "%s %q\n", of.mark, line)
			}
		}
	}
	return b.String()
}
