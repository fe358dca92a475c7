package sdk

import (
	"slices"
	"strings"
)

// Botocore reads the files as botocore does: with Python's configparser, which
// refuses a whole file for one line that it does not know.
func Botocore(f Files) *Reading {
	config, broken := configparser(string(f.Config), &f.ConfigPath, 1)
	if broken != nil {
		return &Reading{Broken: broken}
	}
	credentials, broken := configparser(string(f.Credentials), &f.CredentialsPath, 1)
	r, _ := botocoreReading(config, credentials)
	r.Broken = broken
	return r
}

// botocoreReading puts profiles together of the sections of the two files. It says whether a
// profile came twice in one of them: botocore refuses that, but where it is written in two
// ways, of which the last counts.
func botocoreReading(config, credentials []named) (r *Reading, twice bool) {
	r = newReading(len(config) + len(credentials))
	others := map[string]bool{}
	for _, s := range config {
		switch name, ok := secondWord(s.name); {
		case strings.HasPrefix(s.name, "profile") && ok:
			twice = r.profile(name).inConfig(s.values) || twice
		case s.name == "default":
			twice = r.profile(s.name).inConfig(s.values) || twice
		default:
			twice = twice || others[s.name]
			others[s.name] = true
			if ok && strings.HasPrefix(s.name, "sso-session") {
				r.sessions[name] = s.values
			}
		}
	}
	for _, s := range credentials {
		p := r.profile(s.name)
		twice = twice || p.credentials != nil
		p.credentials = s.values
		p.section = p.section.clone()
		for _, one := range s.values.settings {
			p.put(one.key, one.value)
		}
	}
	return r, twice
}

// secondWord is the second of two words.
func secondWord(text string) (string, bool) {
	if kind, name, ok := strings.Cut(text, " "); ok && all(kind, "-") && all(name, "_.-@+") && name != "" {
		return name, true // as almost always
	}
	parts, ok := words(text)
	if !ok || len(parts) != 2 {
		return "", false
	}
	return parts[1], true
}

// botocoreWho follows create_credential_resolver for an explicit profile.
func (r *Reading) botocoreWho(p *profile) (Plan, error) {
	if err := r.botocoreToken(p.section); err != nil {
		return nil, err
	}
	if assumes(p.section) {
		return r.botocoreRole(p, []string{p.name})
	}
	return r.botocoreBase(p)
}

// botocoreToken follows SSOTokenProvider._load_sso_config, by which no client is made for a
// profile whose sso_session is not there, whatever else it has. Sources are not asked.
func (r *Reading) botocoreToken(p *section) error {
	if !p.has("sso_session") {
		return nil
	}
	name := p.get("sso_session")
	switch its := r.sessions[name]; {
	case its == nil:
		return fault("there is no [sso-session %s]", name)
	case !its.has("sso_start_url") || !its.has("sso_region"):
		return fault("its [sso-session %s] is not complete", name)
	}
	return nil
}

// assumes is _has_assume_role_config_vars.
func assumes(p *section) bool { return p.has("role_arn") && !p.has("web_identity_token_file") }

func (r *Reading) botocoreRole(p *profile, visited []string) (Plan, error) {
	source := p.get("source_profile")
	var from Plan
	var err error
	switch {
	case p.has("source_profile") && p.has("credential_source"):
		return nil, fault("%s has both source_profile and credential_source", p.name)
	case p.has("credential_source"):
		from, err = machine(p.get("credential_source"))
	case !p.has("source_profile"):
		return nil, fault("%s has a role_arn, and no source", p.name)
	default:
		from, err = r.botocoreSource(p.name, source, visited)
	}
	if err != nil {
		return nil, err
	}
	return append(slices.Clip(from), roleStep("role", p.section)), nil
}

func (r *Reading) botocoreSource(name, source string, visited []string) (Plan, error) {
	p := r.profiles[source]
	if p == nil {
		return nil, fault("%s: there is no profile %s", name, source)
	}
	static := p.has("aws_access_key_id") || p.has("aws_secret_access_key")
	switch {
	case slices.Contains(visited, source) && (source != name || !static):
		return nil, fault("source_profile forms a loop at %s", source)
	case static || !assumes(p.section):
		if p.base == nil { // many profiles may have it
			plan, err := r.botocoreBase(p)
			p.base = &who{true, plan, err}
		}
		return p.base.plan, p.base.err
	}
	return r.botocoreRole(p, append(slices.Clip(visited), source))
}

// botocoreBase follows ProfileProviderBuilder.providers.
func (r *Reading) botocoreBase(p *profile) (Plan, error) {
	switch {
	case p.set("web_identity_token_file"):
		if !p.set("role_arn") {
			return nil, fault("%s has a web_identity_token_file, and no role_arn", p.name)
		}
		return webIdentity(p.section), nil
	case p.has("sso_role_name") || p.has("sso_account_id"):
		return r.sso(p.section)
	case p.credentials.has("aws_access_key_id"):
		return botocoreKeys(p.credentials)
	case p.has("login_session"):
		return Plan{{Kind: "login", What: p.get("login_session")}}, nil
	case p.has("credential_process"):
		command := p.at("credential_process")
		if step, ok := plainStep(command.text); ok && !command.nested {
			return Plan{step}, nil
		}
		all, ok := Words(command.text)
		if !ok || command.nested || onlyInShell(all) {
			return nil, fault("%s: its credential_process is not a command line", p.name)
		}
		return Plan{processStep(all)}, nil
	case p.config.has("aws_access_key_id"):
		return botocoreKeys(p.config)
	}
	return nil, fault("%s has no credentials", p.name)
}

// onlyInShell says of a command's words that a shell alone makes a program of the
// first. A command that is one word with a space in it is taken for one in quotes,
// which other SDKs take off; it may be a path, which cannot be told here.
func onlyInShell(words []string) bool {
	first := words[0]
	return strings.ContainsAny(first, "$`|&;<>(){}#\"'") || strings.HasPrefix(first, "~") ||
		len(words) == 1 && strings.ContainsAny(first, " \t") || !strings.Contains(first, "/") && strings.Contains(first, "=")
}

func botocoreKeys(s *section) (Plan, error) {
	if !s.has("aws_secret_access_key") {
		return nil, fault("an aws_access_key_id without an aws_secret_access_key")
	}
	token := s.get("aws_session_token")
	if s.has("aws_security_token") {
		token = s.get("aws_security_token")
	}
	for _, key := range []string{"aws_access_key_id", "aws_secret_access_key"} {
		if strings.ContainsAny(s.get(key), " \t\n\"'") {
			return nil, fault("AWS would not take its %s", key)
		}
	}
	if strings.ContainsAny(token, " \t\n\"'") {
		return nil, fault("AWS would not take its session token")
	}
	return Plan{keyStep(s.get("aws_access_key_id"), s.get("aws_secret_access_key"), token)}, nil
}

func (r *Reading) sso(p *section) (Plan, error) {
	from := p
	if name := strings.TrimSpace(p.get("sso_session")); name != "" {
		from = r.sessions[name]
		if from == nil {
			return nil, fault("there is no [sso-session %s]", name)
		}
		for _, key := range []string{"sso_start_url", "sso_region"} {
			if p.set(key) && p.get(key) != from.get(key) {
				return nil, fault("its %s is not that of its [sso-session]", key)
			}
		}
	}
	if !p.set("sso_role_name") || !p.set("sso_account_id") || !from.set("sso_start_url") || !from.set("sso_region") {
		return nil, fault("its SSO settings are not complete")
	}
	return Plan{SSO(p.get("sso_account_id"), p.get("sso_role_name"), p.get("sso_session"), from.get("sso_start_url"))}, nil
}

func webIdentity(p *section) Plan {
	return Plan{{Kind: "token", What: p.get("web_identity_token_file")}, Role("web-identity", p.get("role_arn"), p.get("role_session_name"), "", "")}
}

// machine is a credential_source.
func machine(name string) (Plan, error) {
	switch name {
	case "Environment":
		return Plan{{Kind: "environment"}}, nil
	case "EcsContainer":
		return Plan{{Kind: "container"}}, nil
	case "Ec2InstanceMetadata":
		return Plan{{Kind: "instance"}}, nil
	}
	return nil, fault("there is no credential_source %q", name)
}
