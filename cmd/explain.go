package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/awsconfig"
	"guise/internal/awsenv"
	"guise/internal/printable"
	"guise/session"
	"guise/shell"
)

func newExplain(a *app) *cobra.Command {
	var asJSON bool
	var encoded string
	c := &cobra.Command{
		Use:   "explain PROFILE",
		Short: "Show how guise gets a profile's credentials, step by step",
		Long: `Show how guise gets a profile's credentials, step by step; which steps are cached
and until when; and what an SDK in this terminal would really use.`,
		Example: "  guise explain prod",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if encoded != "" {
				name, err := awsconfig.DecodeProfile(encoded)
				if err != nil {
					return usage{c, err}
				}
				args = []string{name}
			}
			names, err := a.orCurrent("explain", args)
			if err != nil {
				return err
			}
			e, err := a.explain(names[0])
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(e)
			}
			return a.show(e.text(a.Now())...)
		},
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&encoded, "profile-encoded", "", "the profile in adopt's encoding")
	_ = c.Flags().MarkHidden("profile-encoded")
	return c
}

// explanation is what `explain` tells.
type explanation struct {
	description
	Defined []string `json:"defined_in"`
	Steps   []step   `json:"steps"`
	SDK     []string `json:"sdk"` // what an SDK in this terminal uses, and why
}

type step struct {
	Does    string `json:"does"`
	Profile string `json:"profile"`
	Cached  string `json:"cached_until,omitempty"`
	Kept    bool   `json:"kept"` // in the cache, once it is there
}

func (a *app) explain(name string) (explanation, error) {
	files := a.shownFiles()
	p, err := files.Profile(name)
	if err != nil {
		return explanation{}, fail(name, err)
	}
	chain, problem := a.chain(name)
	e := explanation{}
	ends := make([]time.Time, len(chain))
	if problem == nil {
		retriever := a.user("").retriever()
		ends = retriever.State(chain)
	}
	if f, ok := errors.AsType[failure](problem); ok {
		problem = f.err
	}
	var end time.Time
	if len(ends) > 0 {
		end = last(ends)
	}
	e.description = describeProfile(session.Planned{Profile: p, Chain: chain, Err: problem}, end)
	e.Defined = definedIn(p)
	for i, l := range chain {
		s := step{Does: does(l), Profile: l.Profile, Kept: l.Kind.Kept()}
		if l.Kind == session.SSOToken {
			s.Cached, s.Kept = a.tokenUntil(l), true
		}
		if !ends[i].IsZero() {
			s.Cached = ends[i].UTC().Format(time.RFC3339)
		}
		e.Steps = append(e.Steps, s)
	}
	e.SDK = a.sdkWouldUse(p)
	return e, nil
}

// definedIn tells where the settings stand that make the profile what it is.
func definedIn(p awsconfig.Profile) []string {
	var at []string
	for _, key := range []string{
		"role_arn", "source_profile", "mfa_serial", "sso_session", "sso_start_url", "aws_access_key_id",
		"login_session", "credential_source", "web_identity_token_file", "saml_url", "saml_command", "credential_process",
	} {
		if file, line := p.Where(key); file != "" {
			at = append(at, fmt.Sprintf("%s: %s line %d", key, file, line))
		}
	}
	return at
}

// does says what a link does.
func does(l session.Link) string {
	switch l.Kind {
	case session.Environment:
		return "takes the keys of this terminal's environment"
	case session.Instance:
		return "takes the role of this EC2 instance (IMDSv2)"
	case session.Container:
		return "takes the role of this container"
	case session.WebToken:
		return "reads the web identity token " + l.TokenFile
	case session.Process:
		return "runs " + l.Command
	case session.SSOToken:
		return "signs in to " + ssoTitle(l)
	case session.SSORole:
		return "takes the role " + l.RoleName + " in account " + l.AccountID + " from the access portal"
	case session.Login:
		return "signs in to the console as " + l.LoginARN + " (aws login)"
	case session.Assertion:
		if l.Command != "" {
			return "takes a SAML assertion from " + l.Command
		}
		return "signs in at " + l.URL + " for a SAML assertion"
	case session.Keys:
		where := "the files"
		if l.Stored {
			where = "the key store"
		}
		return "takes the keys " + l.AccessKeyID + " from " + where
	case session.SessionToken:
		return "makes an MFA session of the user with a code of " + l.Serial + ", for " + printable.Rough(l.Duration)
	case session.SAML, session.WebIdentity:
		role, by := l.RoleARN, map[session.Kind]string{session.SAML: "the assertion", session.WebIdentity: "the token"}[l.Kind]
		if role == "" {
			role = "a role that it offers"
		}
		return "assumes " + role + " by " + by
	case session.AssumeRole:
		text := "assumes " + l.RoleARN + " as " + l.SessionName
		if l.ExternalID != "" {
			text += " with the external id " + l.ExternalID
		}
		if l.Duration > 0 {
			text += ", for " + printable.Rough(l.Duration)
		}
		return text
	}
	return string(l.Kind)
}

// tokenUntil tells until when there is an SSO token; empty where there is none.
func (a *app) tokenUntil(l session.Link) string {
	sso, err := a.user("").sso()
	if err != nil {
		return ""
	}
	end, _ := sso.Left(l)
	if end.IsZero() {
		return ""
	}
	return end.UTC().Format(time.RFC3339)
}

// ssoTitle names an SSO session.
func ssoTitle(l session.Link) string {
	if l.Session == "" {
		return l.StartURL
	}
	return l.Session + ", " + l.StartURL
}

// sdkWouldUse tells what an SDK does in this terminal when told nothing else.
func (a *app) sdkWouldUse(p awsconfig.Profile) []string {
	var told []string
	rivals := slices.DeleteFunc(awsenv.Rivals(), func(name string) bool { return a.Getenv(name) == "" })
	if len(rivals) > 0 {
		told = append(told, "exported, and wins over every profile in some SDK or in all: "+strings.Join(rivals, ", ")+"; `guise use "+shell.Word(p.Name)+"` takes it out")
	}
	if value := a.Getenv(awsenv.DefaultProfile); value != "" && value != a.Getenv(varProfile) {
		told = append(told, "AWS_DEFAULT_PROFILE is "+value+": boto3 and the AWS CLI 1 prefer it to AWS_PROFILE")
	}
	if a.Getenv(awsenv.BedrockToken) != "" {
		told = append(told, "AWS_BEARER_TOKEN_BEDROCK is set: SDKs call Bedrock with it, whatever the profile is")
	}
	if active := a.Getenv(varProfile); active != p.Name {
		if active == "" {
			active = "default (AWS_PROFILE is not set)"
		}
		told = append(told, "the profile in force here is "+active)
	}
	switch visible := p.Visible(); {
	case !p.BehindGuise():
		told = append(told, "guise does not manage this profile; SDKs get its credentials by themselves: `guise adopt "+shell.Word(p.Name)+"` changes that")
	case len(visible) > 0:
		told = append(told, strings.Join(visible, ", ")+" stands beside credential_process and wins over it: `guise adopt "+shell.Word(p.Name)+"` hides it")
	default:
		told = append(told, "under AWS_PROFILE="+shell.Word(p.Name)+" SDKs run: "+p.Command())
	}
	if a.Getenv("AWS_CONFIG_FILE") != "" {
		told = append(told, "the config file is "+a.Getenv("AWS_CONFIG_FILE"))
	}
	return told
}

func (e explanation) text(now time.Time) []string {
	var lines []string
	line := func(format string, args ...any) {
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	line("%s (%s)", e.Profile, e.Kind)
	for _, fact := range [][2]string{
		{"description", e.Description}, {"alias", e.Alias}, {"account", e.Account}, {"role", e.Role}, {"region", e.Region}, {"MFA device", e.MFA},
	} {
		if fact[1] != "" {
			line("  %-12s %s", fact[0], fact[1])
		}
	}
	if e.Problem != "" {
		line("  %-12s %s", "problem", e.Problem)
	}
	if len(e.Steps) > 0 {
		line("")
		line("How guise gets its credentials:")
	}
	for i, s := range e.Steps {
		line("  %d. %s: %s", i+1, s.Profile, s.Does)
		if end, err := time.Parse(time.RFC3339, s.Cached); err == nil {
			line("     cached until %s, %s left", end.Local().Format("15:04"), printable.Rough(end.Sub(now)))
		} else if s.Kept {
			line("     not cached")
		}
	}
	line("")
	line("In this terminal:")
	for _, s := range e.SDK {
		line("  %s", s)
	}
	if len(e.Defined) > 0 {
		line("")
		line("Defined in:")
	}
	for _, s := range e.Defined {
		line("  %s", s)
	}
	return lines
}
