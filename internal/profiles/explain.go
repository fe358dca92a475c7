package profiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"guise/internal/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/guard"
	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

// An Explanation is what `guise explain` says of a profile.
type Explanation struct {
	Description
	Fix     string   `json:"fix,omitempty"` // a command, where there is a Problem
	Defined []string `json:"defined_in"`
	Steps   []Step   `json:"steps"`
	Refused *Refused `json:"last_refusal,omitempty"`
	Agents  string   `json:"agents,omitempty"` // what [guard] agents gives them
	SDK     []string `json:"sdk"`              // what an SDK in this terminal uses, and why
}

// A Step is one on the way to the credentials.
type Step struct {
	Does    string `json:"does"`
	Profile string `json:"profile"`
	Cached  string `json:"cached_until,omitempty"`  // RFC 3339
	Kept    bool   `json:"kept"`                    // in the cache, once it is there
	Ends    string `json:"ends_at_about,omitempty"` // RFC 3339; of an SSO session, if it lasts as long as earlier ones did
}

// A Refused is why the profile's credentials could not be had when they were last asked for.
type Refused struct {
	Step   int    `json:"step"` // from 1
	At     string `json:"at"`   // RFC 3339
	Why    string `json:"why"`
	LookAt string `json:"look_at,omitempty"`
}

// Remember adds what was refused last.
func (e *Explanation) Remember(last session.Refusal, ok bool) {
	if ok {
		e.Refused = &Refused{last.Link + 1, last.At.UTC().Format(time.RFC3339), printable.Line(last.Why), last.LookAt}
	}
}

// Explain explains a planned profile. ends are the ends of what the cache has of each
// link of its chain. signedIn says until when there is the token of an SSO sign-in, and when
// its session ends, as far as earlier ones tell. All these are zero
// where there is none. getenv reads this terminal's environment, and typed writes a command as
// its shell has it.
func Explain(plan session.Planned, ends []time.Time, signedIn func(session.Link) (token, ends time.Time), getenv, typed func(string) string, guards guard.Rules) Explanation {
	e := Explanation{Defined: definedIn(plan.Profile), SDK: sdkUses(plan, getenv, typed)}
	var last time.Time
	for i, l := range plan.Chain {
		s := Step{Does: l.Does(), Profile: l.Profile, Kept: l.Kind.Kept()}
		until := ends[i]
		if last = until; l.Kind == session.SSOToken {
			s.Kept = true
			token, ends := signedIn(l)
			if until.IsZero() {
				until = token
			}
			if !ends.IsZero() {
				s.Ends = ends.UTC().Format(time.RFC3339)
			}
		}
		if !until.IsZero() {
			s.Cached = until.UTC().Format(time.RFC3339)
		}
		e.Steps = append(e.Steps, s)
	}
	e.Description, e.Agents = Describe(plan, last, guards), guards.Agents
	return e
}

// definedIn says where the settings are that make the profile what it is.
func definedIn(p awsconfig.Profile) []string {
	var at []string
	for _, key := range []string{
		"guise_of", "guise_policy", "guise_policy_arns", "guise_read_only", "role_arn", "source_profile", "mfa_serial", "sso_session", "sso_start_url", "sso_account_id", "sso_role_name", "aws_access_key_id",
		"login_session", "credential_source", "web_identity_token_file", "web_identity_token_process", "mfa_process", awsconfig.Include, "saml_url", "saml_command", "credential_process",
	} {
		if file, line := p.Where(key); file != "" {
			at = append(at, fmt.Sprintf("%s: %s line %d", key, file, line))
		}
	}
	return at
}

// sdkUses says what an SDK does in a terminal when it is told nothing else.
func sdkUses(plan session.Planned, getenv, typed func(string) string) []string {
	p, told := plan.Profile, []string(nil)
	if p.Added() {
		return []string{"this profile is in no file: guise gives its session to the commands that `guise exec` started, and to those that they start (--save-as makes a profile of it)"}
	}
	rivals := slices.DeleteFunc(slices.Clone(awsenv.Rivals), func(name string) bool { return getenv(name) == "" })
	if len(rivals) > 0 {
		told = append(told, "exported, and preferred to every profile by some SDKs or by all: "+strings.Join(rivals, ", ")+"; `"+typed(shell.Guise("use", p.Name))+"` removes it")
	}
	active := awsenv.Active(getenv)
	if value := getenv(awsenv.DefaultProfile); value != "" && value != active {
		told = append(told, "AWS_DEFAULT_PROFILE is "+value+": boto3 and the AWS CLI 1 prefer it to AWS_PROFILE")
	}
	if getenv(awsenv.BedrockToken) != "" {
		told = append(told, "AWS_BEARER_TOKEN_BEDROCK is set: SDKs call Bedrock with it, whatever the profile is")
	}
	switch active {
	case p.Name:
	case "":
		told = append(told, "no profile is active (AWS_PROFILE is not set)")
	default:
		told = append(told, "the active profile is "+active)
	}
	switch visible := p.Visible(); {
	case plan.SettingsAlone():
		told = append(told, "this profile has settings and no credentials: SDKs look for those in the environment, then at a container's or machine's service")
	case errors.As(plan.Err, new(*awsconfig.SyntaxError)):
		told = append(told, "SDKs may take this profile for another one")
	case !p.Managed() && plan.Err != nil:
		told = append(told, "SDKs get no credentials from this profile", "guise can manage this profile once its problem is fixed")
	case plan.Err != nil:
		told = append(told, "SDKs get no credentials from this profile")
	case !p.Managed():
		told = append(told, "guise does not manage this profile, so SDKs get its credentials without guise: `"+typed(shell.Guise("adopt", p.Name))+"` changes that")
	case len(visible) > 0:
		told = append(told, strings.Join(visible, ", ")+" is set beside credential_process, and SDKs prefer it: `"+typed(shell.Guise("adopt", p.Name))+"` hides it")
	default:
		told = append(told, "under AWS_PROFILE="+shell.Word(p.Name)+" SDKs run: "+p.Command())
	}
	if p.Managed() && p.ForOlderClients() {
		file, _ := p.Where("credential_process")
		told = append(told, "older clients, which read "+file+" alone, run it too")
	}
	if file := getenv(awsenv.ConfigFile); file != "" {
		told = append(told, "the config file is "+file)
	}
	return told
}

// Lines are the explanation as it is read, with ~ for a home.
func (e Explanation) Lines(now time.Time, home string) []string {
	lines := []string{fmt.Sprintf("%s (%s)", e.Profile, e.Kind)}
	fact := func(name, value string) {
		if value != "" {
			lines = append(lines, fmt.Sprintf("  %-12s %s", name, value))
		}
	}
	fact("description", e.Description.Description)
	fact("alias", e.Alias)
	fact("tags", e.Tags)
	fact("account", session.AccountTitle(e.Account, e.AccountName))
	fact("role", e.Role)
	fact("region", e.Region)
	fact("MFA device", e.MFA)
	fact("narrowed to", e.Narrowed)
	fact("colour", e.Color)
	fact("confirm", map[string]string{guard.Yes: "yes: guise asks you before it is used", guard.Name: "name: guise has you type its name before it is used"}[e.Confirm])
	fact("lease", e.Lease)
	e.approval(fact)
	e.problem(fact)
	if len(e.Steps) > 0 {
		lines = append(lines, "", "How guise gets its credentials:")
	}
	for i, s := range e.Steps {
		lines = append(lines, fmt.Sprintf("  %d. %s: %s", i+1, s.Profile, s.Does))
		if end, err := time.Parse(time.RFC3339, s.Cached); err == nil {
			lines = append(lines, "     cached until "+end.Local().Format("15:04")+", "+printable.Rough(end.Sub(now))+" left")
		} else if s.Kept {
			lines = append(lines, "     not cached")
		}
		if end, err := time.Parse(time.RFC3339, s.Ends); err == nil {
			lines = append(lines, "     the session ends in "+printable.AsLastTime(end.Sub(now)))
		}
	}
	if e.Refused != nil {
		at, _ := time.Parse(time.RFC3339, e.Refused.At)
		said := []string{fmt.Sprintf("step %d, at %s: %s", e.Refused.Step, at.Local().Format("15:04"), e.Refused.Why)}
		if e.Refused.LookAt != "" {
			said = append(said, e.Refused.LookAt)
		}
		lines = append(lines, indented("Refused last:", said)...)
	}
	lines = append(lines, indented("In this terminal:", e.SDK)...)
	if len(e.Guards) > 0 {
		rows := make([]string, len(e.Guards))
		for i, row := range e.Guards {
			rows[i] = row.String()
		}
		lines = append(lines, indented("Guarded by:", rows)...)
	}
	if len(e.Defined) > 0 {
		lines = append(lines, indented("Defined in:", e.Defined)...)
	}
	for i := range lines {
		lines[i] = printable.InHome(lines[i], home)
	}
	return lines
}

// problem says why there is no chain, and how it is corrected.
func (e Explanation) problem(fact func(name, value string)) {
	fact("problem", e.Problem)
	command, note, _ := strings.Cut(e.Fix, "\n")
	fact("fix", command)
	fact("", note)
}

func indented(heading string, items []string) []string {
	lines := []string{"", heading}
	for _, item := range items {
		lines = append(lines, "  "+item)
	}
	return lines
}

// approval says what a program must have to get the profile's credentials.
func (e Explanation) approval(fact func(name, value string)) {
	if e.Approve != "" {
		fact("approve", e.Approve+": programs get its credentials only after you approved them")
	}
	fact("agents", map[string]string{guard.Deny: "deny: agents get nothing", guard.Ask: "ask: you are asked about each agent", guard.ReadOnly: "read-only: agents get a session that can only read"}[e.Agents])
}
