package sdk

import (
	"slices"
	"strconv"
	"strings"
)

// GoSDK reads the files as the Go SDK v2 does. It refuses nothing: a line that it
// does not know is passed over, and so is the header that stood there.
func GoSDK(f Files) *Reading {
	r, _ := goReading(goParse(string(f.Config), &f.ConfigPath, 1), goParse(string(f.Credentials), &f.CredentialsPath, 1))
	return r
}

// goReading puts profiles together of the sections of the two files. It says whether a
// section came twice, which goParse makes one of.
func goReading(config, credentials []named) (r *Reading, twice bool) {
	r = newReading(len(config) + len(credentials))
	r.goSDK = true
	for _, s := range config {
		if name, ok := strings.CutPrefix(s.name, "profile "); ok {
			twice = r.profile(name).inConfig(s.values) || twice
		} else if session, ok := strings.CutPrefix(s.name, "sso-session "); ok {
			twice = twice || r.sessions[session] != nil
			r.sessions[session] = s.values
		}
	}
	bare := map[string]bool{}
	for _, s := range config {
		if !strings.EqualFold(s.name, "default") {
			continue
		}
		twice = twice || bare[s.name]
		if bare[s.name] = true; r.profiles[s.name] == nil { // [profile default] counts
			r.profile(s.name).inConfig(s.values)
		}
	}
	for _, s := range credentials {
		if !strings.HasPrefix(s.name, "profile ") {
			p := r.profile(s.name)
			twice = twice || p.credentials != nil
			p.credentials, p.section = s.values, goMerge(p.section, s.values)
		}
	}
	return r, twice
}

// partial marks a section with half a pair of keys, for which the Go SDK refuses
// the profile.
const partial = "\x00partial"

// goMerge puts a section of the credentials file over one of the config file, as
// mergeSections does.
func goMerge(config, credentials *section) *section {
	both := credentials.has("aws_access_key_id") && credentials.has("aws_secret_access_key")
	half := !both && (credentials.has("aws_access_key_id") || credentials.has("aws_secret_access_key"))
	if config == nil {
		return credentials
	}
	merged := config.clone()
	merged.drop(partial) // its errors are those of the credentials file
	for _, one := range credentials.settings {
		isKey := one.key == "aws_access_key_id" || one.key == "aws_secret_access_key" || one.key == "aws_session_token"
		if !isKey || both {
			merged.put(one.key, one.value)
		}
	}
	if half {
		merged.put(partial, value{})
	}
	return merged
}

// goParse reads a text, whose first line has a number, as internal/ini does.
func goParse(text string, path *string, first int) []named {
	lines := 1 + strings.Count(text, "\n")
	room, all, at := roomFor(lines), make([]named, 0, lines/usual), make(map[string]*section, lines/usual)
	var now *section
	key, number := "", first-1
	for line := range strings.SplitSeq(text, "\n") {
		number++
		text := strings.TrimSpace(line)
		if text == "" || isComment(text) && isComment(strings.TrimLeft(line, " \t")) {
			continue
		}
		if name, ok := goHeader(line); ok {
			if key, now = "", at[name]; now == nil {
				now = room.section()
				at[name], all = now, append(all, named{name, now})
			}
			if name == "" {
				now = nil
			}
			continue
		}
		if now == nil {
			continue
		}
		k, v, ok := goProperty(line, number, path)
		if inner := line[0] == ' ' || line[0] == '\t'; inner {
			above := now.find(key)
			if key != "" && (!ok || above.text == "") {
				above.take(line, ok)
				continue
			}
			v.odd = indented
		}
		if ok {
			key = k
			now.put(k, v)
		}
	}
	for _, s := range all {
		if s.values.has("aws_access_key_id") != s.values.has("aws_secret_access_key") {
			s.values.put(partial, value{})
		}
	}
	return all
}

// take takes in an indented line below a setting, which is a property or not.
func (s *setting) take(line string, property bool) {
	switch {
	case property:
		s.nested = true
	case s.text != "" && !s.nested:
		s.text += "\n" + strings.TrimLeft(line, " \t")
	}
}

func isComment(text string) bool { return text != "" && (text[0] == '#' || text[0] == ';') }

func goHeader(line string) (name string, ok bool) {
	if strings.IndexByte(line, '[') < 0 {
		return "", false
	}
	text, _, _ := strings.Cut(line, "#")
	text, _, _ = strings.Cut(text, ";")
	text = strings.TrimSpace(text)
	if len(text) < 2 || text[0] != '[' || text[len(text)-1] != ']' {
		return "", false
	}
	text = strings.TrimSpace(text[1 : len(text)-1])
	if at := strings.IndexAny(text, " \t"); at > 0 {
		return text[:at] + " " + strings.TrimLeft(text[at:], " \t"), true
	}
	return text, true
}

func goProperty(line string, number int, path *string) (string, value, bool) {
	text := withoutComment(line)
	at := separator(text)
	if at < 0 {
		return "", value{}, false
	}
	v := value{text: strings.TrimSpace(text[at+1:]), path: path, line: int32(number)} //nolint:gosec // a file has fewer lines
	if text != line {
		v.odd = commented
	}
	if bare := withoutQuotes(v.text); bare != v.text {
		v.text, v.odd = bare, quoted
	}
	return strings.ToLower(strings.TrimSpace(text[:at])), v, true
}

func withoutComment(text string) string {
	if strings.IndexByte(text, '#') < 0 && strings.IndexByte(text, ';') < 0 {
		return text
	}
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		text, _, _ = strings.Cut(text, mark)
	}
	return text
}

func withoutQuotes(text string) string {
	if n := len(text); n > 1 && text[0] == text[n-1] && (text[0] == '"' || text[0] == '\'') {
		return text[1 : n-1]
	}
	return text
}

// GoValue is what the Go SDK, and others with it, make of a value: without the
// comment behind it and the quotes around it.
func GoValue(text string) string { return withoutQuotes(strings.TrimSpace(withoutComment(text))) }

// goWho follows SharedConfig.setFromIniSections and resolveCredsFromProfile.
func (r *Reading) goWho(name string) (Plan, error) {
	p, err := r.goLoad(name, nil)
	if err != nil {
		return nil, err
	}
	return r.goResolve(p)
}

// loaded is a SharedConfig: the settings of a profile that count, and its source.
type loaded struct {
	*section
	source *loaded

	plan Plan  // what goResolve has made of it
	err  error // that, or of loading it
}

// goKeys reports whether a profile has a pair of access keys.
func (p loaded) goKeys() bool {
	return p.get("aws_access_key_id") != "" && p.get("aws_secret_access_key") != ""
}

func (r *Reading) goLoad(name string, seen []string) (*loaded, error) {
	s := r.section(name)
	switch {
	case s == nil:
		return nil, fault("there is no profile %s", name)
	case s.has(partial):
		return nil, fault("%s has half a pair of access keys", name)
	}
	p := &loaded{section: s}
	if slices.ContainsFunc(s.settings, func(one setting) bool { return one.nested }) {
		p.section = s.clone()
		for i := range p.settings {
			if p.settings[i].nested {
				p.settings[i].value = value{}
			}
		}
	}
	if slices.Contains(seen, name) {
		p.without("role_arn", "external_id", "mfa_serial", "role_session_name", "source_profile")
	} else if p.set("source_profile", "credential_source", "web_identity_token_file") && !p.set("role_arn") {
		return nil, fault("%s has a source, and no role_arn", name)
	}
	if len(seen) > 0 && p.goKeys() {
		return p, nil
	}
	seen = append(seen, name)
	ways := 0
	for _, key := range []string{"source_profile", "credential_source", "credential_process", "web_identity_token_file"} {
		if p.set(key) {
			ways++
		}
	}
	if ways > 1 {
		return nil, fault("%s has several of source_profile, credential_source, credential_process and web_identity_token_file", name)
	}
	if source := p.get("source_profile"); source != "" {
		p.without("credential_source", "credential_process", "web_identity_token_file", "aws_access_key_id", "aws_secret_access_key",
			"sso_account_id", "sso_region", "sso_role_name", "sso_start_url")
		from, err := r.goSource(source, seen)
		if err != nil {
			return nil, err
		}
		if !from.goKeys() && !from.set("source_profile", "credential_source", "credential_process", "web_identity_token_file") && !from.goSSO() {
			return nil, fault("%s has no credentials", source)
		}
		p.source = from
	}
	if name := p.get("sso_session"); name != "" && r.sessions[strings.TrimSpace(name)] == nil {
		return nil, fault("there is no [sso-session %s]", name)
	}
	return p, nil
}

// without is the profile without some settings. Its section is shared: it is copied if it
// has any of them.
func (p *loaded) without(keys ...string) {
	if slices.ContainsFunc(keys, p.has) {
		p.section = p.clone()
		p.drop(keys...)
	}
}

// goSource loads a source of those that were seen. One that has none itself is the same to
// all: it is loaded once.
func (r *Reading) goSource(name string, seen []string) (*loaded, error) {
	of := r.profiles[name]
	if of == nil || of.set("source_profile") || slices.Contains(seen, name) {
		return r.goLoad(name, seen)
	}
	if of.leaf == nil {
		p, err := r.goLoad(name, seen)
		if err != nil {
			p = &loaded{err: err}
		} else if p.plan, p.err = r.goResolve(p); p.err != nil {
			p.plan = nil
		}
		of.leaf = p
	}
	if of.leaf.section == nil {
		return nil, of.leaf.err
	}
	return of.leaf, nil
}

func (p loaded) goSSO() bool {
	return p.set("sso_session", "sso_region", "sso_account_id", "sso_start_url", "sso_role_name")
}

func (r *Reading) goResolve(p *loaded) (plan Plan, err error) {
	switch {
	case p.plan != nil || p.err != nil:
		return p.plan, p.err
	case p.source != nil:
		plan, err = r.goResolve(p.source)
	case p.goKeys():
		plan = Plan{keyStep(p.get("aws_access_key_id"), p.get("aws_secret_access_key"), p.get("aws_session_token"))}
	case p.set("credential_source"):
		plan, err = machine(p.get("credential_source"))
	case p.set("web_identity_token_file"):
		return webIdentity(p.section), nil
	case p.goSSO():
		plan, err = r.sso(p.section)
	case p.set("login_session"):
		plan = Plan{{Kind: "login", What: p.get("login_session")}}
	case p.set("credential_process"):
		plan = Plan{shellStep(p.get("credential_process"))}
	default:
		return nil, fault("it has no credentials")
	}
	if err != nil {
		return nil, err
	}
	if p.set("role_arn") {
		plan = append(slices.Clip(plan), roleStep("role", p.section))
	}
	return plan, nil
}

// shellStep is a command that a shell runs: the same as its words where the shell
// makes no more of it.
func shellStep(command string) Step {
	if step, ok := plainStep(command); ok {
		return step
	}
	if all, ok := Words(command); ok && !ForShell(command) {
		return processStep(all)
	}
	return Step{"process", inShell + strconv.Quote(command), command}
}
