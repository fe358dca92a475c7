//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A generator writes configurations as people and tools leave them.
type generator struct {
	*rand.Rand
	cast
	odd   bool // also what the SDKs differ on, or refuse
	wild  bool // also what makes one refuse the whole file
	names []string
	eol   string

	config, credentials strings.Builder
}

func (g *generator) one(of ...string) string { return of[g.IntN(len(of))] }

// chance is true once in n times.
func (g *generator) chance(n int) bool { return g.IntN(n) == 0 }

// oddly is true once in n times in a configuration that has odd things in it.
func (g *generator) oddly(n int) bool { return g.odd && g.chance(n) }

// wildly is true once in n times where a file need not be readable for both.
func (g *generator) wildly(n int) bool { return g.wild && g.chance(n) }

// generate returns both files and the names of the profiles.
func generate(r *rand.Rand, c cast) (config, credentials string, names []string) {
	g := &generator{Rand: r, cast: c, odd: r.IntN(2) == 0, eol: "\n"}
	g.wild = g.odd && g.chance(3)
	if g.chance(10) {
		g.eol = "\r\n"
	}
	all := []string{"default", "prod", "dev", "base", "team/ops", "a.b", "x_1-2", "me@work", "ütf"}
	if g.odd {
		all = append(all, "two words", "DEFAULT", "pro#d", "ends]")
	}
	g.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	g.names = all[:3+g.IntN(4)]
	if g.wildly(12) {
		g.config.WriteString("\ufeff")
	}
	if g.chance(4) {
		g.config.WriteString("# my profiles" + g.eol + g.eol)
	}
	if g.wildly(12) {
		g.config.WriteString("region = nowhere" + g.eol)
	}
	for _, name := range g.names {
		g.profile(name)
	}
	g.ofPortals()
	config, credentials = g.config.String(), g.credentials.String()
	if g.chance(4) {
		config = strings.TrimRight(config, "\r\n")
	}
	if g.chance(4) {
		credentials = strings.TrimRight(credentials, "\r\n")
	}
	return config, credentials, slices.Clone(g.names)
}

// profile writes one: its settings, in one file or both.
func (g *generator) profile(name string) {
	var inConfig, inCredentials []string
	other := g.names[g.IntN(len(g.names))]
	if other == name && !g.chance(5) {
		other = g.names[g.IntN(len(g.names))]
	}
	keys := g.keys()
	role := g.role()
	process := []string{"credential_process", g.command()}
	web := append([]string{"web_identity_token_file", g.one(g.tokens...), "role_arn", g.web}, role[2:]...)
	kind := g.IntN(21)
	if name == g.names[0] && !g.chance(6) { // somebody to assume roles from
		kind = 0
	} else if g.chance(2) {
		other = g.names[0]
	}
	switch kind {
	case 0, 1:
		inCredentials = keys
	case 2:
		inConfig = keys
	case 3: // both files, and not the same user perhaps
		inConfig, inCredentials = keys, g.keys()
	case 4, 5, 6:
		inConfig = append(role, "source_profile", other)
	case 7: // a role with keys beside it: as a source, it is used by its keys
		inConfig, inCredentials = append(role, "source_profile", g.one(other, name)), keys
	case 8:
		inConfig = append(append(role, "source_profile", g.one(other, name)), keys...)
	case 9:
		inConfig = process
	case 10:
		inConfig, inCredentials = process, keys
		if g.oddly(2) {
			inConfig, inCredentials = append(process, keys...), nil
		}
	case 11:
		inConfig = web
	case 12:
		inConfig = append(role, "credential_source", "Environment")
		if g.oddly(4) {
			inConfig[len(inConfig)-1] = "environment"
		}
	case 13: // the role in the credentials file
		inCredentials = append(role, "source_profile", other)
	case 14: // settings alone, or a mixture
		inConfig = []string{"output", "json"}
		if g.odd {
			inConfig, inCredentials = g.mixture(role, process, web, keys, g.signedIn(), g.login()), g.mixture(role, process, keys)
		}
	case 15:
		inConfig, inCredentials = append(role, "source_profile", other), []string{"region", "eu-west-1"}
	default:
		inConfig = g.further(kind, role, other)
	}
	g.section(&g.config, g.header(name), g.settings(inConfig))
	if inCredentials != nil {
		g.section(&g.credentials, g.credentialsHeader(name), g.settings(inCredentials))
	}
}

// credentialsHeader is the first line of a profile in the credentials file.
func (g *generator) credentialsHeader(name string) string {
	header := "[" + name + "]"
	if g.oddly(15) {
		header = g.one("[ "+name+" ]", "[profile "+name+"]", `["`+name+`"]`)
	}
	return header + g.afterHeader()
}

// role returns the settings of a role but for its source; the first two are its ARN.
func (g *generator) role() []string {
	role := []string{"role_arn", g.one(g.roles...)}
	if g.chance(8) {
		role = []string{"role_arn", g.closed, "external_id", g.one(external, external, "another")}
	}
	if g.chance(2) {
		role = append(role, "role_session_name", g.one("me", "alice@example.com"))
	}
	if g.chance(6) {
		role = append(role, "duration_seconds", g.one("900", "3600"))
	}
	return role
}

// keys returns a user's pair, or half of it.
func (g *generator) keys() []string {
	u := g.users[g.IntN(len(g.users))]
	pair := []string{"aws_access_key_id", u.AccessKeyID, "aws_secret_access_key", u.SecretAccessKey}
	switch {
	case g.oddly(10):
		return pair[:2]
	case g.oddly(10):
		return pair[2:]
	case g.chance(2):
		return append(slices.Clone(pair[2:]), pair[:2]...)
	}
	return pair
}

// mixture returns some of several ways at once, and half of some.
func (g *generator) mixture(ways ...[]string) []string {
	var all []string
	for _, way := range ways {
		if g.chance(2) {
			all = append(all, way...)
		}
	}
	if g.chance(3) {
		all = append(all, "source_profile", g.one(g.names...))
	}
	if g.chance(4) {
		all = append(all, "sso_region", "eu-west-1")
	}
	if g.chance(4) {
		all = append(all, "sso_account_id", "111111111111", "sso_role_name", "x")
	}
	if g.chance(6) {
		all = append(all, "credential_source", g.one("Environment", "EcsContainer", "Ec2InstanceMetadata"))
	}
	if g.chance(8) {
		all = append(all, "role_arn", "")
	}
	return all
}

func (g *generator) command() string {
	user := g.one("user0", "user1", "user2", "user3")
	command := g.one(g.helper+" "+user, g.helper+" "+user, `"`+g.helper+`" `+user, g.helper+" '"+user+"' more words")
	if g.oddly(4) {
		command = g.one(g.helper+" "+user+" # a note", g.helper+` "$NAME"`, g.helper+" "+user+" | cat", "NAME="+user+` sh -c '`+g.helper+` $NAME'`,
			g.helper+" "+user+"; true", `sh -c "`+g.helper+" "+user+`"`, `"`+g.helper+`" "`+user+`"`, "~/no-such-helper")
	}
	return command
}

// header returns a profile's header in the config file.
func (g *generator) header(name string) string {
	header := "[profile " + name + "]"
	switch {
	case name == "default" && g.oddly(2):
		g.section(&g.config, g.one("[default]", "[profile default]"), g.settings(g.keys()))
		header = g.one("[default]", "[profile default]")
	case name == "default":
		header = g.one("[default]", "[default]", "[profile default]")
	case strings.Contains(name, " ") && g.chance(2), g.chance(20):
		header = `[profile "` + name + `"]`
	case g.oddly(8):
		header = g.one("[ profile "+name+" ]", "[profile  "+name+"]", "[profile\t"+name+"]", " [profile "+name+"]", "[profile '"+name+"']",
			"["+name+"]", "[profile "+name+"] and more", "[Profile "+name+"]")
	case g.wildly(12):
		header = g.one("[profile "+name, "[profile "+name+"]"+g.eol+"region = eu-west-1"+g.eol+"[profile "+name+"]")
	}
	return header + g.afterHeader()
}

func (g *generator) afterHeader() string {
	if g.chance(8) {
		return g.one("# note", "; note", " # note", " ; note", "  ")
	}
	return ""
}

// settings are lines of a section from keys and values in turn.
func (g *generator) settings(pairs []string) []string {
	var lines []string
	for i := 0; i < len(pairs); i += 2 {
		key, value := pairs[i], pairs[i+1]
		if g.chance(20) {
			key = strings.ToUpper(key)
		}
		switch {
		case g.oddly(15):
			value += g.one(" # note", " ; note", "\t# note")
		case g.oddly(20):
			value = g.one(`"`+value+`"`, "'"+value+"'")
		}
		lines = append(lines, key+g.one(" = ", " = ", "=", ": ", " =", "   =   ")+value+g.one("", "", "", "  "))
		if g.oddly(25) {
			lines = append(lines, g.one("  region = below", "  # indented comment", "output ="+g.eol+"  role_arn = "+g.roles[1], "  role_arn = "+g.roles[2], "  more"))
		}
		if g.wildly(25) {
			lines = append(lines, g.one(key+" = twice", "a line of nothing", "= nothing"))
		}
	}
	switch {
	case g.chance(6):
		lines = append(lines, "s3 ="+g.eol+"  max_concurrent_requests = 20"+g.eol+"  addressing_style = path")
	case g.chance(6):
		lines = append([]string{"region = eu-central-1"}, lines...)
	case g.chance(10):
		lines = append([]string{"# " + g.one("role_arn = no", "the old one", "[profile x]")}, lines...)
	}
	if g.chance(6) {
		at := g.IntN(len(lines) + 1)
		lines = slices.Insert(lines, at, g.one("", "   ", "; between"))
	}
	return lines
}

// section writes one, sometimes twice or indented.
func (g *generator) section(to *strings.Builder, header string, lines []string) {
	indent := ""
	if g.chance(15) {
		indent = g.one(" ", "    ", "\t")
	}
	write := func(lines []string) {
		to.WriteString(header + g.eol)
		for _, l := range lines {
			if !strings.Contains(l, g.eol) {
				l = indent + l
			}
			to.WriteString(l + g.eol)
		}
		if g.chance(2) {
			to.WriteString(g.eol)
		}
	}
	if g.wildly(12) && len(lines) > 1 {
		write(lines[:1])
		write(lines[1:])
		return
	}
	write(lines)
	if g.oddly(60) {
		fmt.Fprintf(to, "[DEFAULT]%soutput = text%srole_session_name = everyone%s", g.eol, g.eol, g.eol)
	}
}
