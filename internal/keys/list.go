package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guise/internal/awsapi"
	"guise/internal/awsconfig"
	"guise/internal/display"
	"guise/session"
	"guise/shell"
)

// A Row is an access key as `guise keys list` shows it.
type Row struct {
	Profile string `json:"profile"`
	ID      string `json:"access_key_id"`
	Place   string `json:"place"`             // OS keyring, vault, file, file (own section); for what is pending: where it may be
	Created string `json:"created,omitempty"` // RFC 3339, as IAM says, where it was asked
	Status  string `json:"status,omitempty"`  // active or inactive, where IAM was asked
	Problem string `json:"problem,omitempty"`
	Pending string `json:"pending,omitempty"` // what guise has not done with: remove, rotate, unused, unseen
}

// Age is how old the key is in words; empty where that is not known.
func (r Row) Age(now time.Time) string {
	made, err := time.Parse(time.RFC3339, r.Created)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d days", int(now.Sub(made)/(24*time.Hour)))
}

// State says what is known of the key, and what is pending.
func (r Row) State() string {
	if r.Problem != "" {
		return "see below"
	}
	return r.Status + map[string]string{
		"remove": "to be removed", "rotate": "rotation interrupted", "unused": "no profile uses it",
	}[r.Pending]
}

// Notes say of each key that something is pending of what finishes it, and of each that
// cannot be read why.
func Notes(rows []Row) (notes []string) {
	for _, r := range rows {
		key := "…" + LastFour(r.ID)
		if r.Profile != "" {
			key = r.Profile + ": " + key
		}
		switch {
		case r.Problem != "":
			notes = append(notes, key+": "+r.Problem)
		case r.Pending == "remove":
			notes = append(notes, key+" is removed when "+r.Place+" answers: guise doctor --fix")
		case r.Pending == "rotate":
			notes = append(notes, key+": its rotation was interrupted: "+shell.Guise("keys rotate", r.Profile))
		case r.Pending == "unused":
			notes = append(notes, key+": no profile uses it: "+shell.Guise("keys remove", r.ID))
		}
	}
	return notes
}

// Table shows access keys.
func Table(rows []Row, now time.Time) display.Table {
	t := display.Table{Columns: []display.Column{{Name: "PROFILE", Cut: 28}, {Name: "KEY"}, {Name: "PLACE", Drop: 2}, {Name: "AGE", Drop: 1}, {Name: "STATUS", Cut: 20}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{r.Profile, "…" + LastFour(r.ID), r.Place, r.Age(now), r.State()})
	}
	return t
}

// List lists the access keys of all profiles, and those that are pending: their errors
// are those of Unfinished. It looks whether each stored one can be read. Where iam is
// given, which signs in as the user of a profile, IAM is asked about each. Neither
// should ask the user: this keeper's vault and iam then fail with session.ErrNoPerson.
func (k *Keeper) List(ctx context.Context, f *awsconfig.Files, iam func(ctx context.Context, profile string) (IAM, error)) ([]Row, error) {
	rows := []Row{}
	for _, p := range f.Profiles() {
		id := p.AccessKeyID()
		if id == "" || !p.SessionToken().Empty() {
			continue
		}
		row := Row{Profile: p.Name, ID: id}
		switch p.KeysIn() {
		case awsconfig.KeysInStore:
			row.Place = k.placeOf(id)
			if _, err := k.Secret(ctx, id); err != nil && !errors.Is(err, session.ErrNoPerson) {
				row.Problem = err.Error()
			}
		case awsconfig.KeysInSource:
			row.Place = "file (own section)"
		case awsconfig.KeysPlain:
			row.Place = "file"
		}
		if iam != nil && row.Problem == "" {
			row.ask(ctx, iam)
		}
		rows = append(rows, row)
	}
	unfinished, err := k.Unfinished()
	for _, u := range unfinished {
		if u.ID != "" {
			rows = append(rows, u.row())
		}
	}
	return rows, err
}

// placeOf names the store that has an access key, as far as the ledger knows.
func (k *Keeper) placeOf(id string) string {
	r := k.peek().record(keyPrefix + id)
	if len(r.In) == 0 {
		return "key store"
	}
	return r.In[0].title()
}

// ask asks IAM about the key.
func (r *Row) ask(ctx context.Context, iam func(ctx context.Context, profile string) (IAM, error)) {
	as, err := iam(ctx, r.Profile)
	var key awsapi.AccessKey
	if err == nil {
		key, err = Find(ctx, as, r.ID)
	}
	switch {
	case err != nil:
		r.Problem = err.Error()
		return
	case key.Active:
		r.Status = "active"
	default:
		r.Status = "inactive"
	}
	r.Created = key.Created.UTC().Format(time.RFC3339)
}

// Find asks IAM about one access key of the user. Its errors are IAM's, and one that
// says that IAM does not know the key.
func Find(ctx context.Context, iam IAM, id string) (awsapi.AccessKey, error) {
	all, err := iam.AccessKeys(ctx)
	if err != nil {
		return awsapi.AccessKey{}, err
	}
	i := slices.IndexFunc(all, func(key awsapi.AccessKey) bool { return key.ID == id })
	if i < 0 {
		return awsapi.AccessKey{}, errors.New("IAM does not know it")
	}
	return all[i], nil
}

// row is an access key that guise has not done with.
func (u Unfinished) row() Row {
	row := Row{Profile: u.Profile, ID: u.ID, Pending: "unused", Place: "key store"}
	switch {
	case u.Rotating:
		row.Pending = "rotate"
	case u.Unseen != nil:
		row.Pending, row.Problem = "unseen", u.Unseen.File+", whose profiles may use it, "+u.Unseen.Why()
	case len(u.Pending) > 0:
		row.Pending, row.Place = "remove", Words(u.Pending)
	}
	return row
}
