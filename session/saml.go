package session

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"guise/internal/answer"
)

// An OfferedRole is one that a SAML assertion lets its subject assume.
type OfferedRole struct{ RoleARN, PrincipalARN string }

// Offer is what guise reads in a SAML assertion. Nobody here verifies its
// signature: that is for AWS to do.
type Offer struct {
	Roles   []OfferedRole
	Longest time.Duration // how long a session may last, where the assertion says so
	Expires time.Time     // when AWS no longer takes it
}

// The attributes that AWS reads: "Configure SAML assertions for the
// authentication response" in the IAM user guide.
const (
	attributeRole     = "https://aws.amazon.com/SAML/Attributes/Role"
	attributeDuration = "https://aws.amazon.com/SAML/Attributes/SessionDuration"
	// assertionLife is how long AWS takes an assertion after its issue.
	assertionLife = 5 * time.Minute
	// longestResponse is ten times what STS takes, in bytes.
	longestResponse = 1 << 20
)

// ErrNoAssertion means that a text is not a SAML response that offers AWS roles.
var ErrNoAssertion = errors.New("not a SAML response: it must be the base64 of a SAML document that offers AWS roles")

// ReadAssertion reads a SAML response, in base64 as a browser posts it.
func ReadAssertion(base64Text string, now time.Time) (Offer, error) {
	if len(base64Text) > longestResponse {
		return Offer{}, ErrNoAssertion
	}
	data, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(base64Text), ""))
	if err != nil {
		return Offer{}, ErrNoAssertion
	}
	var response struct {
		Assertions []struct {
			Conditions struct {
				NotOnOrAfter string `xml:"NotOnOrAfter,attr"`
			}
			Attributes []struct {
				Name   string   `xml:"Name,attr"`
				Values []string `xml:"AttributeValue"`
			} `xml:"AttributeStatement>Attribute"`
		} `xml:"Assertion"`
	}
	if err := xml.Unmarshal(data, &response); err != nil {
		return Offer{}, ErrNoAssertion
	}
	offer := Offer{Expires: now.Add(assertionLife)}
	for _, assertion := range response.Assertions {
		if end, err := time.Parse(time.RFC3339, assertion.Conditions.NotOnOrAfter); err == nil && end.Before(offer.Expires) {
			offer.Expires = end
		}
		for _, attribute := range assertion.Attributes {
			for _, value := range attribute.Values {
				offer.add(attribute.Name, strings.TrimSpace(value))
			}
		}
	}
	if len(offer.Roles) == 0 {
		return Offer{}, ErrNoAssertion
	}
	return offer, nil
}

func (o *Offer) add(name, value string) {
	switch name {
	case attributeDuration:
		if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 && seconds <= int(longestRole/time.Second) {
			o.Longest = time.Duration(seconds) * time.Second
		}
	case attributeRole:
		// "role,provider", or the other way round.
		a, b, _ := strings.Cut(value, ",")
		a, b = strings.TrimSpace(a), strings.TrimSpace(b)
		if strings.Contains(a, ":saml-provider/") {
			a, b = b, a
		}
		f := answer.Elsewhere.Fields()
		role := OfferedRole{f.RoleARN("role", a), f.ProviderARN("provider", b)}
		if f.Err() == nil && !slices.Contains(o.Roles, role) {
			o.Roles = append(o.Roles, role)
		}
	}
}

// A RoleError is a SAML assertion that does not offer the role wanted.
type RoleError struct {
	Role    string
	Offered []string
}

func (e *RoleError) Error() string {
	return "the sign-in does not offer " + e.Role + "; it offers " + strings.Join(e.Offered, ", ")
}

// chooseRole settles which of the roles that an assertion offers is meant: the
// one configured, the only one, or the one that the user picks.
func (r *Retriever) chooseRole(ctx context.Context, l Link, from Credentials) (Link, error) {
	offer, err := ReadAssertion(from.Bearer.Reveal(), r.Now())
	if err != nil {
		return l, err
	}
	arns := make([]string, len(offer.Roles))
	for i, role := range offer.Roles {
		arns[i] = role.RoleARN
	}
	at := slices.Index(arns, l.RoleARN)
	switch {
	case at < 0 && l.RoleARN != "":
		return l, &RoleError{l.RoleARN, arns}
	case at < 0 && len(arns) == 1:
		at = 0
	case at < 0:
		if at, err = r.Person.Choose(ctx, "role for "+l.Profile, arns); err != nil {
			return l, err
		}
		r.say(l, "guise_saml_role_arn = "+arns[at]+" in the profile keeps this choice")
	}
	l.RoleARN, l.PrincipalARN = offer.Roles[at].RoleARN, offer.Roles[at].PrincipalARN
	if l.Duration == 0 {
		l.Duration = offer.Longest
	}
	return l, nil
}
