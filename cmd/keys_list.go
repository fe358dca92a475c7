package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/internal/keys"
	"guise/session"
)

// keyRow is what `keys list` says of a key.
type keyRow struct {
	Profile string `json:"profile"`
	ID      string `json:"access_key_id"`
	Place   string `json:"place"`             // store, file, or file (plain); for what is pending: where it may be
	Created string `json:"created,omitempty"` // as IAM says, where it was asked
	Status  string `json:"status,omitempty"`
	Problem string `json:"problem,omitempty"`
	Pending string `json:"pending,omitempty"` // what guise has not done with: remove, rotate, unused, unseen
}

func newKeysList(a *app) *cobra.Command {
	var asJSON, online bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the access keys of all profiles, and where each is",
		Long: `List the access keys of all profiles, and where each is. With --online IAM is asked
how old each is: only of those whose credentials are at hand, since nobody is asked.

It lists too what is pending: secrets that are to be removed from a store which did
not answer, rotations that were interrupted, and stored keys that no profile uses, or whose AWS files are away.`,
		Example: "  guise keys list --online",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := a.keyRows(c.Context(), online)
			if err != nil {
				return err
			}
			if asJSON {
				return a.answerJSON(rows)
			}
			table := [][]string{{"PROFILE", "KEY", "PLACE", "AGE", "STATUS"}}
			for _, r := range rows {
				age := ""
				if made, err := time.Parse(time.RFC3339, r.Created); err == nil {
					age = fmt.Sprintf("%d days", int(a.Now().Sub(made)/(24*time.Hour)))
				}
				table = append(table, []string{r.Profile, "…" + keys.LastFour(r.ID), r.Place, age, r.Status + r.Problem + pendingWords(r)})
			}
			return a.answerTable(table)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().BoolVar(&online, "online", false, "ask IAM for the age of each")
	return c
}

func (a *app) keyRows(ctx context.Context, online bool) ([]keyRow, error) {
	files, err := a.files()
	if err != nil {
		return nil, err
	}
	rows := []keyRow{}
	for _, p := range files.Profiles() {
		id := p.AccessKeyID()
		if id == "" || !p.SessionToken().Empty() {
			continue
		}
		row := keyRow{Profile: p.Name, ID: id, Place: map[awsconfig.KeyPlace]string{
			awsconfig.KeysInStore: "store", awsconfig.KeysInSource: "file", awsconfig.KeysPlain: "file (plain)",
		}[p.KeysIn()]}
		if p.KeysIn() == awsconfig.KeysInStore {
			if _, err := a.user("").unasked().keys().Secret(ctx, id); err != nil && !errors.Is(err, session.ErrNoPerson) {
				row.Problem = err.Error()
			}
		}
		if online && row.Problem == "" {
			row.Created, row.Status, row.Problem = a.ageOf(ctx, p.Name, id)
		}
		rows = append(rows, row)
	}
	pending, err := a.pendingRows()
	return append(rows, pending...), err
}

// pendingRows are the access keys that guise has not done with.
func (a *app) pendingRows() ([]keyRow, error) {
	unfinished, err := a.user("").keys().Unfinished()
	var rows []keyRow
	for _, u := range unfinished {
		row := keyRow{Profile: u.Profile, ID: u.ID, Pending: "unused", Place: "store"}
		switch {
		case u.ID == "":
			continue
		case u.Rotating:
			row.Pending = "rotate"
		case u.Unseen != nil:
			row.Pending, row.Problem = "unseen", u.Unseen.File+", whose profiles may use it, "+u.Unseen.Why()
		case len(u.Pending) > 0:
			row.Pending, row.Place = "remove", keys.Words(u.Pending)
		}
		rows = append(rows, row)
	}
	return rows, fail("key store", err)
}

// pendingWords say what is pending, and what finishes it.
func pendingWords(r keyRow) string {
	switch r.Pending {
	case "remove":
		return "to be removed when the store answers: guise doctor --fix"
	case "rotate":
		return "its rotation was interrupted: guise keys rotate " + r.Profile
	case "unused":
		return "no profile uses it: guise keys remove " + r.ID
	}
	return ""
}

// ageOf asks IAM about a key, as the user that it belongs to.
func (a *app) ageOf(ctx context.Context, name, id string) (created, status, problem string) {
	creds, err := a.quietly(ctx, name)
	if err != nil {
		return "", "", err.Error()
	}
	api, err := a.user(name).api()
	if err != nil {
		return "", "", err.Error()
	}
	keys, err := api.AccessKeys(ctx, a.placeOf(name, "iam"), creds)
	if err != nil {
		return "", "", err.Error()
	}
	i := slices.IndexFunc(keys, func(k awsapi.AccessKey) bool { return k.ID == id })
	if i < 0 {
		return "", "", "IAM does not know it"
	}
	return keys[i].Created.UTC().Format(time.RFC3339), map[bool]string{true: "active", false: "inactive"}[keys[i].Active], ""
}

// quietly gives a profile's credentials if nobody has to be asked: those of a
// session at hand, or else its keys themselves.
func (a *app) quietly(ctx context.Context, name string) (session.Credentials, error) {
	chain, err := a.chain(name)
	if err != nil {
		return session.Credentials{}, err
	}
	retriever := a.user(name).unasked().retriever()
	if got, ok := retriever.Fresh(chain.Key()); ok {
		return got, nil
	}
	return retriever.Retrieve(ctx, chain[:1], session.Options{})
}
