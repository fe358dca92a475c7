package awsconfig

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"
)

// A Grant is a role of an account that an SSO session opens.
type Grant struct{ AccountID, AccountName, AccountEmail, Role string }

// A Namer gives the profiles of grants their names.
type Namer struct{ template *template.Template }

// nameData is what a template is given.
type nameData struct{ AccountName, AccountID, AccountEmail, RoleName, Session string }

// A TemplateError is a text that is no template of names.
type TemplateError struct {
	Field string // that there is not; or ""
	Err   error  // of text/template
}

func (e *TemplateError) Error() string {
	const there = "the fields are .AccountName, .AccountID, .AccountEmail, .RoleName and .Session, the functions lower and replace"
	if e.Field != "" {
		return "there is no field ." + e.Field + ": " + there
	}
	return "no template of names: " + there
}

func (e *TemplateError) Unwrap() error { return e.Err }

// wrongTemplate is an error of text/template in guise's words; nil where err is.
func wrongTemplate(err error) error {
	if err == nil {
		return nil
	}
	_, field, _ := strings.Cut(err.Error(), "can't evaluate field ")
	field, _, _ = strings.Cut(field, " ")
	return &TemplateError{field, err}
}

// NewNamer makes one from a text/template over AccountName, AccountID, AccountEmail,
// RoleName and Session, with the functions lower and replace. Its error is a
// *[TemplateError].
func NewNamer(text string) (*Namer, error) {
	t, err := template.New("name").Option("missingkey=error").Funcs(template.FuncMap{
		"lower":   strings.ToLower,
		"replace": func(from, to, s string) string { return strings.ReplaceAll(s, from, to) },
	}).Parse(text)
	if err != nil {
		return nil, wrongTemplate(err)
	}
	return &Namer{t}, wrongTemplate(t.Execute(io.Discard, nameData{}))
}

// Profiles names what is granted, each account and role once. Names that come out the
// same are told apart by the account's id, and then by the role, all of them, so that
// no order decides which is which. What makes no name of a profile of sync's goes by
// the account's id.
func (n *Namer) Profiles(sso, region string, granted []Grant) ([]Synced, error) {
	granted = slices.Clone(granted)
	slices.SortFunc(granted, func(a, b Grant) int {
		return cmp.Or(strings.Compare(a.AccountID, b.AccountID), strings.Compare(a.Role, b.Role))
	})
	granted = slices.CompactFunc(granted, func(a, b Grant) bool { return a.AccountID == b.AccountID && a.Role == b.Role })
	all := make([]Synced, len(granted))
	longer := make([][]string, len(granted)) // what is left to tell a name apart by
	for i, g := range granted {
		var b strings.Builder
		if err := n.template.Execute(&b, nameData{g.AccountName, g.AccountID, g.AccountEmail, g.Role, sso}); err != nil {
			return nil, wrongTemplate(err)
		}
		id := cleanName(g.AccountID)
		if !MaySync(id) {
			id = "account"
		}
		name := cleanName(b.String())
		longer[i] = []string{id, cleanName(g.Role), strconv.Itoa(i)}
		if !MaySync(name) {
			name, longer[i] = id, longer[i][1:]
		}
		all[i] = Synced{Name: name, AccountID: g.AccountID, RoleName: g.Role, Region: region, AccountName: strings.TrimSpace(g.AccountName)}
	}
	for changed := true; changed; {
		same := map[string]int{}
		for _, one := range all {
			same[one.Name]++
		}
		changed = false
		for i := range all {
			if same[all[i].Name] > 1 && len(longer[i]) > 0 {
				all[i].Name, longer[i], changed = all[i].Name+"-"+longer[i][0], longer[i][1:], true
			}
		}
	}
	slices.SortFunc(all, func(a, b Synced) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// cleanName keeps what every SDK sees in the name of a profile: the JavaScript SDK takes
// letters and digits of ASCII and "_-@+.%:/", and refuses the whole file for "__proto__"
// (parseIni in smithy-typescript's shared-ini-file-loader).
func cleanName(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._/+@:-", r)) {
			return r
		}
		return '-'
	}, s)
	if clean == "__proto__" {
		clean = "proto"
	}
	for strings.Contains(clean, "--") {
		clean = strings.ReplaceAll(clean, "--", "-")
	}
	clean = strings.ReplaceAll(clean, "-.", ".") // of a name whose end no SDK sees
	return strings.Trim(clean, "-./:")
}
