package cmd

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"

	"guise/awsconfig"
	"guise/signin"
)

// A namer gives profiles their names.
type namer struct{ template *template.Template }

// nameData is what a template is given.
type nameData struct{ AccountName, AccountID, AccountEmail, RoleName, Session string }

func newNamer(text string) (*namer, error) {
	t, err := template.New("name").Option("missingkey=error").Funcs(template.FuncMap{
		"lower":   strings.ToLower,
		"replace": func(from, to, s string) string { return strings.ReplaceAll(s, from, to) },
	}).Parse(text)
	if err != nil {
		return nil, err
	}
	return &namer{t}, t.Execute(io.Discard, nameData{})
}

// profiles names what is granted, each account and role once. Names that come out the
// same are told apart by the account's id, and then by the role, all of them, so that
// no order decides which is which. What makes no name of a profile of sync's goes by
// the account's id.
func (n *namer) profiles(sso, region string, granted []signin.Granted) ([]awsconfig.Synced, error) {
	granted = slices.Clone(granted)
	slices.SortFunc(granted, func(a, b signin.Granted) int {
		return cmp.Or(strings.Compare(a.Account.ID, b.Account.ID), strings.Compare(a.Role, b.Role))
	})
	granted = slices.CompactFunc(granted, func(a, b signin.Granted) bool { return a.Account.ID == b.Account.ID && a.Role == b.Role })
	all := make([]awsconfig.Synced, len(granted))
	longer := make([][]string, len(granted)) // what is left to tell a name apart by
	for i, g := range granted {
		var b strings.Builder
		if err := n.template.Execute(&b, nameData{g.Account.Name, g.Account.ID, g.Account.Email, g.Role, sso}); err != nil {
			return nil, err
		}
		id := cleanName(g.Account.ID)
		if !awsconfig.MaySync(id) {
			id = "account"
		}
		name := cleanName(b.String())
		longer[i] = []string{id, cleanName(g.Role), strconv.Itoa(i)}
		if !awsconfig.MaySync(name) {
			name, longer[i] = id, longer[i][1:]
		}
		all[i] = awsconfig.Synced{Name: name, AccountID: g.Account.ID, RoleName: g.Role, Region: region}
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
	slices.SortFunc(all, func(a, b awsconfig.Synced) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// cleanName keeps letters, digits and what is usual between them.
func cleanName(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._/+=@:-", r) {
			return r
		}
		return '-'
	}, s)
	for strings.Contains(clean, "--") {
		clean = strings.ReplaceAll(clean, "--", "-")
	}
	return strings.Trim(clean, "-./:")
}
