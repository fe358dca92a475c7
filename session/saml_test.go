package session_test

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
	"guise/session"
)

// assertion is a SAML response that offers roles.
func assertion(until, seconds string, roles ...string) secret.Text {
	var b strings.Builder
	b.WriteString(`<Response><Assertion><Conditions NotOnOrAfter="` + until + `"/><AttributeStatement><Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">`)
	for _, role := range roles {
		b.WriteString("<AttributeValue>" + role + "</AttributeValue>")
	}
	b.WriteString(`</Attribute><Attribute Name="https://aws.amazon.com/SAML/Attributes/SessionDuration"><AttributeValue>` + seconds + `</AttributeValue></Attribute></AttributeStatement></Assertion></Response>`)
	return secret.New(base64.StdEncoding.EncodeToString([]byte(b.String())))
}

// TestReadAssertion: the roles in either order, each once; how long, where it can be;
// until when, and no longer than AWS takes it.
func TestReadAssertion(t *testing.T) {
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	a, b := session.OfferedRole{RoleARN: roleA, PrincipalARN: provider}, session.OfferedRole{RoleARN: roleB, PrincipalARN: provider}
	for name, c := range map[string]struct {
		text    secret.Text
		roles   []session.OfferedRole
		longest time.Duration
		left    time.Duration
	}{
		"both orders, with spaces": {assertion("", "", " "+roleA+" , "+provider, provider+","+roleB), []session.OfferedRole{a, b}, 0, 5 * time.Minute},
		"one of them twice":        {assertion("", "", roleA+","+provider, provider+","+roleA, "nonsense"), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"a duration":               {assertion("", "7200", roleA+","+provider), []session.OfferedRole{a}, 2 * time.Hour, 5 * time.Minute},
		"the longest":              {assertion("", "43200", roleA+","+provider), []session.OfferedRole{a}, 12 * time.Hour, 5 * time.Minute},
		"longer than there is":     {assertion("", "43201", roleA+","+provider), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"no duration":              {assertion("", "-1", roleA+","+provider), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"a word for one":           {assertion("", "long", roleA+","+provider), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"a shorter life":           {assertion("2026-05-04T12:02:00Z", "", roleA+","+provider), []session.OfferedRole{a}, 0, 2 * time.Minute},
		"a longer life":            {assertion("2026-05-04T13:00:00Z", "", roleA+","+provider), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"no roles":                 {assertion("", "7200", "nonsense"), nil, 0, 0},
		"not base64":               {secret.New("$" + assertion("", "", roleA+","+provider).Reveal()), nil, 0, 0},
		"not XML":                  {secret.New(base64.StdEncoding.EncodeToString([]byte("<"))), nil, 0, 0},
		"XML that breaks off":      {secret.New(cut(assertion("", "", roleA+","+provider).Reveal())), nil, 0, 0},
		"base64 in lines":          {secret.New("\n " + assertion("", "", roleA+","+provider).Reveal()[:40] + "\r\n" + assertion("", "", roleA+","+provider).Reveal()[40:]), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"as much as is read":       {secret.New(pad(assertion("", "", roleA+","+provider).Reveal())), []session.OfferedRole{a}, 0, 5 * time.Minute},
		"more than is read":        {secret.New(assertion("", "", roleA+","+provider).Reveal() + strings.Repeat(" ", 1<<20)), nil, 0, 0},
	} {
		offer, err := session.ReadAssertion(c.text.Reveal(), now)
		if c.roles == nil {
			if !errors.Is(err, session.ErrNoAssertion) || len(offer.Roles) > 0 {
				t.Errorf("%s: %+v, %v", name, offer, err)
			}
			continue
		}
		if err != nil || !slices.Equal(offer.Roles, c.roles) || offer.Longest != c.longest || !offer.Expires.Equal(now.Add(c.left)) {
			t.Errorf("%s: %+v, %v", name, offer, err)
		}
	}
}

// pad adds white space until no more is read.
func pad(text string) string { return text + strings.Repeat(" ", 1<<20-len(text)) }

// cut takes the last tag from a document.
func cut(base64Text string) string {
	data, _ := base64.StdEncoding.DecodeString(base64Text)
	return base64.StdEncoding.EncodeToString(data[:len(data)-len("</Response>")])
}

// TestChooseRole: the role that is configured, the only one, or the one that somebody
// picks; never another.
func TestChooseRole(t *testing.T) {
	both := []string{roleA + "," + provider, roleB + "," + provider}
	for name, c := range map[string]struct {
		configured string
		offered    []string
		picks      int // -1: nobody is there
		want       string
		says       string
	}{
		"configured, the first":  {roleA, both, -1, roleA, ""},
		"configured, the second": {roleB, both, -1, roleB, ""},
		"configured, not there":  {"arn:aws:iam::111111111111:role/C", both, 0, "", ""},
		"configured, one other":  {roleB, both[:1], 0, "", ""},
		"the only one":           {"", both[1:], -1, roleB, ""},
		"picked":                 {"", both, 1, roleB, "federated: guise_saml_role_arn = " + roleB + " in the profile keeps this choice"},
		"nobody picks":           {"", both, -1, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t)
			s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
				return session.Credentials{Bearer: assertion("", "", c.offered...), Issued: s.clock, Expires: s.clock.Add(5 * time.Minute)}, nil
			}
			s.choose = func(question string, options []string) (int, error) {
				if question != "role for federated" || !slices.Equal(options, []string{roleA, roleB}) {
					t.Errorf("%q %q", question, options)
				}
				if c.picks < 0 {
					return 0, session.ErrNoPerson
				}
				return c.picks, nil
			}
			_, err := s.get(federated(func(l *session.Link) { l.RoleARN = c.configured }))
			if c.want == "" {
				other, ok := errors.AsType[*session.RoleError](err)
				if len(s.calls) > 0 || c.picks < 0 && !errors.Is(err, session.ErrNoPerson) || c.picks >= 0 && (!ok || other.Role != c.configured || !strings.Contains(err.Error(), "it offers "+roleA)) {
					t.Errorf("%d calls, %v", len(s.calls), err)
				}
				return
			}
			if err != nil || len(s.calls) != 1 || s.calls[0].link.RoleARN != c.want || s.calls[0].link.PrincipalARN != provider {
				t.Errorf("%+v, %v", s.calls, err)
			}
			if said := strings.Join(s.said, "; "); said != c.says {
				t.Errorf("said %q", said)
			}
		})
	}
	s := newScript(t)
	s.base = func(context.Context, session.Link, session.BaseOptions) (session.Credentials, error) {
		return session.Credentials{Bearer: secret.New("none"), Issued: s.clock, Expires: s.clock.Add(5 * time.Minute)}, nil
	}
	if _, err := s.get(federated(nil)); !errors.Is(err, session.ErrNoAssertion) || len(s.calls) > 0 {
		t.Errorf("%v", err)
	}
}
