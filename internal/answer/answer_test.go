package answer

import (
	"errors"
	"strings"
	"testing"
	"time"

	"guise/internal/secret"
)

func TestOf(t *testing.T) {
	for address, want := range map[string]Origin{
		"": AWS, "https://sts.eu-west-1.amazonaws.com": AWS, "https://portal.sso.eu-west-1.amazonaws.com/x": AWS, "https://sts.cn-north-1.amazonaws.com.cn": AWS,
		"https://oidc.us-east-1.api.aws": AWS, "https://eu-west-1.signin.aws.amazon.com": AWS, "https://STS.AMAZONAWS.COM.": AWS, "https://sts.eusc-de-east-1.amazonaws.eu": AWS,
		"https://signin.amazonaws-us-gov.com": AWS,
		"http://10.0.0.1:4566":                Elsewhere, "https://amazonaws.com.evil.example": Elsewhere, "https://notamazonaws.com": Elsewhere, "https://amazonaws.com": Elsewhere,
		"https://x@evil.example": Elsewhere, "https://sts.amazonaws.com@evil.example": Elsewhere, "http://[::1]": Elsewhere, ":": Elsewhere, "nonsense": Elsewhere,
		"https://minio.example/sts.amazonaws.com": Elsewhere,
	} {
		if got := Of(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
	if got := Of("http://127.0.0.1:1"); (got == AWS) != loopbackIsAWS {
		t.Errorf("the loopback AWS counts as AWS's own: %v", got == AWS)
	}
}

// outcome is what is wanted of a value, from AWS's own hosts and from elsewhere.
type outcome struct{ aws, elsewhere bool }

var (
	both   = outcome{true, true}
	looser = outcome{false, true}
	none   = outcome{}
)

// TestFields: every kind of field with values good and hostile, from both origins.
func TestFields(t *testing.T) {
	always := map[string]outcome{
		"a\nb": none, "a\r\n[default]": none, "a\tb": none, "a\x00": none, "\x1b[31m": none, "\x7f": none, "\u009b31m": none, "\u202egnp": none, "\u2066x": none,
		"a\u200bb": none, "\u2028": none, "\xff": none, strings.Repeat("A", 1<<20): none,
	}
	for kind, values := range map[string]map[string]outcome{
		"KeyID":   {"AKIAIOSFODNN7EXAMPLE": both, "akiaiosfodnn7example": looser, "minio": looser, "a b": none, "$(x)": looser, "'": looser, "日本": none, "": none, strings.Repeat("A", 129): none},
		"Account": {"012345678901": both, "+12345678901": looser, "12345678901": looser, "0123456789012": looser, "abc": looser, "1 2": none, "": none},
		"Role":    {"AdministratorAccess": both, "a_b+c=d,e.f@g-h": both, "a b": looser, "a/b": looser, "$(touch x)": looser, "日本": looser, "": none, strings.Repeat("a", 65): looser},
		"ARN":     {"arn:aws:iam::111111111111:user/x": both, "arn:aws:iam::111111111111:user/a b": looser, "arn:$(x)": looser, "user": none, "": none},
		"RoleARN": {"arn:aws-cn:iam::111111111111:role/a/b": both, "arn:aws:iam::111111111111:role/": none, "arn:aws:iam::1:role/x": none, "arn:aws:iam::111111111111:user/x": none, "arn:aws:iam::111111111111:role/$(x)": none, "": none},
		"ProviderARN": {
			"arn:aws:iam::111111111111:saml-provider/x": both, "arn:aws:iam::111111111111:role/x": none, "arn:aws:iam::111111111111:saml-provider/x y": none,
		},
		"Name":  {"": both, "Payments (prod) & co": both, "日本": both, "a'b\"c$(x)": both},
		"Token": {"eyJ.a-b_c~d+e/f==": both, "a b": none, "日本": none, "": none},
		"Page":  {"https://device.sso.eu-west-1.amazonaws.com/?user_code=A-B": both, "http://10.0.0.1/x": looser, "javascript:alert(1)": none, "file:///etc/passwd": none, "https://a@b/": none, "": none, "https:///x": none, "-x": none},
	} {
		for _, all := range []map[string]outcome{always, values} {
			for value, want := range all {
				for from, ok := range map[Origin]bool{AWS: want.aws, Elsewhere: want.elsewhere} {
					f := from.Fields()
					got := map[string]func(string, string) string{
						"KeyID": f.KeyID, "Account": f.Account, "Role": f.Role, "ARN": f.ARN, "RoleARN": f.RoleARN, "ProviderARN": f.ProviderARN, "Name": f.Name, "Token": f.Token, "Page": f.Page,
					}[kind]("field", value)
					checkOutcome(t, kind, value, got, ok, f.Err())
				}
			}
		}
	}
}

func checkOutcome(t *testing.T, kind, value, got string, ok bool, err error) {
	t.Helper()
	switch field, refused := errors.AsType[*FieldError](err); {
	case ok && (err != nil || got != value):
		t.Errorf("%s %.80q: refused: %v", kind, value, err)
	case !ok && (!refused || got != ""):
		t.Errorf("%s %.80q: taken", kind, value)
	case !ok && (field.Field != "field" || value != "" && strings.Contains(err.Error(), value) && len(value) > 4):
		t.Errorf("%s %.80q: %v", kind, value, err)
	}
}

// TestKeys: each part of credentials, from both origins.
func TestKeys(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	good := Keys{ID: "ASIAIOSFODNN7EXAMPLE", Secret: secret.New("wJalr/K7+="), Token: secret.New("IQoJ=="), Expires: now.Add(time.Hour), Account: "111111111111"}
	for name, c := range map[string]struct {
		change func(*Keys)
		want   outcome
	}{
		"good":               {func(*Keys) {}, both},
		"quote in secret":    {func(k *Keys) { k.Secret = secret.New(`a'b`) }, looser},
		"double quote":       {func(k *Keys) { k.Secret = secret.New(`a"b`) }, looser},
		"command":            {func(k *Keys) { k.Secret = secret.New("$(touch${IFS}x)") }, looser},
		"backtick":           {func(k *Keys) { k.Token = secret.New("`x`") }, looser},
		"backslash":          {func(k *Keys) { k.Token = secret.New(`a\b`) }, looser},
		"space":              {func(k *Keys) { k.Secret = secret.New("a b") }, none},
		"line":               {func(k *Keys) { k.Secret = secret.New("a\n[default]") }, none},
		"typographic quote":  {func(k *Keys) { k.Secret = secret.New("a\u2019b") }, none},
		"no secret":          {func(k *Keys) { k.Secret = secret.New("") }, none},
		"long secret":        {func(k *Keys) { k.Secret = secret.New(strings.Repeat("a", 2000)) }, none},
		"long token":         {func(k *Keys) { k.Token = secret.New(strings.Repeat("a", 40000)) }, none},
		"no account":         {func(k *Keys) { k.Account = "" }, both},
		"strange account":    {func(k *Keys) { k.Account = "minio" }, looser},
		"account with lines": {func(k *Keys) { k.Account = "1\n[x]" }, none},
	} {
		for from, ok := range map[Origin]bool{AWS: c.want.aws, Elsewhere: c.want.elsewhere} {
			k := good
			c.change(&k)
			if _, err := from.Temporary(k, now); (err == nil) != ok {
				t.Errorf("%s from %d: %v", name, from, err)
			}
		}
	}
	for given, want := range map[time.Time]time.Time{
		now.Add(-time.Hour): now.Add(-time.Hour), time.Unix(0, 0): now.Add(-24 * time.Hour), now.Add(1000 * time.Hour): now.Add(36 * time.Hour), {}: {},
		time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC): now.Add(36 * time.Hour),
	} {
		k := good
		k.Expires = given
		if got, err := AWS.Keys(k, now); err != nil || !got.Expires.Equal(want) {
			t.Errorf("%s: %s, %v; want %s", given, got.Expires, err, want)
		}
	}
	without := good
	without.Token, without.Expires = secret.Text{}, time.Time{}
	if _, err := AWS.Keys(without, now); err != nil {
		t.Error(err)
	}
	if _, err := AWS.Temporary(without, now); err == nil {
		t.Error("temporary credentials without a token")
	}
}

func TestSeconds(t *testing.T) {
	const most = 36 * time.Hour
	for n, want := range map[int64]time.Duration{0: 0, -1: 0, -1 << 63: 0, 60: time.Minute, 1<<63 - 1: most, 1 << 40: most} {
		if got := Seconds(n, most); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
	if _, err := Time("Expiration", "tomorrow"); err == nil || strings.Contains(err.Error(), "tomorrow") {
		t.Error(err)
	}
}
