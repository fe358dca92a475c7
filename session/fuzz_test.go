package session

import (
	"encoding/base64"
	"errors"
	"testing"
	"time"

	"guise/internal/answer"
)

// FuzzAssertion: what is taken from a SAML response is an ARN of a role and one of a
// provider, and lasts no longer than AWS takes it. The rest is no assertion.
func FuzzAssertion(f *testing.F) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	const one = "arn:aws:iam::111111111111:role/x,arn:aws:iam::111111111111:saml-provider/y"
	for _, value := range []string{one, "arn:aws:iam::111111111111:saml-provider/y , arn:aws-cn:iam::111111111111:role/a/b", "arn:aws:iam::111111111111:role/x,", "", "\n" + one + "\n"} {
		f.Add([]byte(`<Response><Assertion><Conditions NotOnOrAfter="2026-01-02T03:05:05Z"/><AttributeStatement><Attribute Name="` + attributeRole + `"><AttributeValue>` + value +
			`</AttributeValue></Attribute><Attribute Name="` + attributeDuration + `"><AttributeValue>3600</AttributeValue></Attribute></AttributeStatement></Assertion></Response>`))
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		_, _ = ReadAssertion(string(document), now) // not base64, mostly
		offer, err := ReadAssertion(base64.StdEncoding.EncodeToString(document), now)
		if err != nil {
			if !errors.Is(err, ErrNoAssertion) {
				t.Fatal(err)
			}
			return
		}
		checks := answer.Elsewhere.Fields()
		seen := map[OfferedRole]bool{}
		for _, role := range offer.Roles {
			checks.RoleARN("role", role.RoleARN)
			checks.ProviderARN("provider", role.PrincipalARN)
			if seen[role] {
				t.Fatalf("%v twice", role)
			}
			seen[role] = true
		}
		if checks.Err() != nil || len(offer.Roles) == 0 || offer.Longest < 0 || offer.Longest > longestRole || offer.Expires.After(now.Add(assertionLife)) {
			t.Fatalf("%+v (%v) of %s", offer, checks.Err(), document)
		}
	})
}
