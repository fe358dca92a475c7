package cmd

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"guise/awsapi"
	"guise/awsconfig"
	"guise/internal/secret"
	"guise/session"
)

func newKeys(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "keys",
		Short: "Long-lived access keys, kept out of ~/.aws/credentials",
		Long: `The long-lived access keys of IAM users, in the operating system's secret store or,
on a system without one, in a file sealed by a passphrase (asked for once a boot).`,
		Example: "  guise keys import\n  guise keys rotate alice",
	}
	c.AddCommand(newKeysAdd(a), newKeysList(a), newKeysRemove(a), newKeysRotate(a), newKeysImport(a))
	return c
}

func newKeysAdd(a *app) *cobra.Command {
	var csvFile string
	var unchecked bool
	c := &cobra.Command{
		Use:   "add PROFILE",
		Short: "Store an access key for a profile, typed or from AWS's CSV file",
		Long: `Store an access key for a profile, which is made if it is not there, and put guise
behind it. The key is typed at the terminal, or read from the CSV file that AWS
gives; it is tried before anything is written. Delete that file afterwards.`,
		Example: "  guise keys add alice\n  guise keys add alice --csv ~/Downloads/alice_accessKeys.csv",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.addKey(c.Context(), args[0], csvFile, unchecked)
		},
	}
	c.Flags().StringVar(&csvFile, "csv", "", "the CSV file that AWS gives with a new key")
	c.Flags().BoolVar(&unchecked, "unchecked", false, "store it without trying it (AWS cannot be reached)")
	_ = c.MarkFlagFilename("csv", "csv")
	return c
}

func (a *app) addKey(ctx context.Context, name, csvFile string, unchecked bool) error {
	a.wanted = name
	executable, err := a.Executable()
	if err != nil {
		return fail("keys", err)
	}
	files, err := a.files()
	if err != nil {
		return err
	}
	if err := files.AddStoredKey(name, "AKIAEXAMPLE", executable); err != nil { // in memory: to see whether it can be
		return fail(name, err)
	}
	a.filesOnce = nil
	id, key, err := a.typedKey(ctx, name, csvFile)
	if err != nil {
		return fail(name, err)
	}
	if !unchecked {
		who, err := a.tryKey(ctx, name, session.Credentials{AccessKeyID: id, SecretAccessKey: key})
		if err != nil {
			return fail(name, fmt.Errorf("the key was tried and does not work, so nothing was stored: %w", err))
		}
		a.sayf("%s: AWS knows it as %s", name, who.ARN)
	}
	if err := a.keyStore().Set(keyName(id), key); err != nil {
		return fail(name, err)
	}
	if _, err := a.rewrite(func(f *awsconfig.Files) error { return f.AddStoredKey(name, id, executable) }); err != nil {
		return err
	}
	a.sayf("%s: its key …%s is in %s now", name, lastFour(id), a.keyStore().Place())
	if csvFile != "" {
		a.sayf("hint: rm %s", a.word(csvFile))
	}
	return nil
}

// typedKey gets a key from the person, or from AWS's file.
func (a *app) typedKey(ctx context.Context, name, csvFile string) (id string, key secret.Text, err error) {
	if csvFile != "" {
		return keyOfCSV(csvFile)
	}
	terminal, err := a.terminal()
	if err != nil {
		return "", key, session.ErrNoPerson
	}
	defer func() { _ = terminal.Close() }()
	id, err = terminal.Line(ctx, "access key id for "+name, func(s string) error {
		if !isKeyID(strings.TrimSpace(s)) {
			return errors.New("AKIA and 16 more letters and digits")
		}
		return nil
	})
	if err == nil {
		key, err = terminal.Secret(ctx, "secret access key")
	}
	return strings.TrimSpace(id), secret.New(strings.TrimSpace(key.Reveal())), asSession(err)
}

func isKeyID(s string) bool {
	return len(s) >= 16 && len(s) <= 128 && strings.HasPrefix(s, "AKIA") && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// keyOfCSV reads the file that AWS gives: a heading, and a line with the key.
func keyOfCSV(path string) (id string, key secret.Text, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", key, err
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(io.LimitReader(f, 1<<16)).ReadAll()
	if err != nil || len(rows) < 2 {
		return "", key, fmt.Errorf("%s is not the file that AWS gives with an access key", path)
	}
	for i, heading := range rows[0] {
		switch value := strings.TrimSpace(rows[1][i]); strings.ToLower(strings.TrimSpace(strings.TrimPrefix(heading, "\ufeff"))) {
		case "access key id":
			id = value
		case "secret access key":
			key = secret.New(value)
		}
	}
	if !isKeyID(id) || key.Empty() {
		return "", key, fmt.Errorf("%s has no access key: columns \"Access key ID\" and \"Secret access key\"", path)
	}
	return id, key, nil
}

// tryKey asks AWS whose credentials are.
func (a *app) tryKey(ctx context.Context, name string, creds session.Credentials) (awsapi.Identity, error) {
	api, err := a.api()
	if err != nil {
		return awsapi.Identity{}, err
	}
	return api.WhoAmI(ctx, a.placeOf(name, "sts"), creds)
}

// placeOf is where a service is called for a profile, which need not exist.
func (a *app) placeOf(name, service string) session.Link {
	p := awsconfig.Profile{}
	if files, err := a.files(); err == nil {
		if found, err := files.Profile(name); err == nil {
			p = found
		}
	}
	return session.Link{Region: p.Get("region"), Endpoint: a.endpoint(p, service)}
}

func lastFour(id string) string { return id[max(0, len(id)-4):] }

// keyRow is what `keys list` says of a key.
type keyRow struct {
	Profile string `json:"profile"`
	ID      string `json:"access_key_id"`
	Place   string `json:"place"`             // store, file, or file (plain)
	Created string `json:"created,omitempty"` // as IAM says, where it was asked
	Status  string `json:"status,omitempty"`
	Problem string `json:"problem,omitempty"`
}

func newKeysList(a *app) *cobra.Command {
	var asJSON, online bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the access keys of all profiles, and where each is",
		Long: `List the access keys of all profiles, and where each is. With --online IAM is asked
how old each is: only of those whose credentials are at hand, since nobody is asked.`,
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
				table = append(table, []string{r.Profile, "…" + lastFour(r.ID), r.Place, age, r.Status + r.Problem})
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
			if _, err := a.keyStore().Get(keyName(id)); err != nil {
				row.Problem = err.Error()
			}
		}
		if online && row.Problem == "" {
			row.Created, row.Status, row.Problem = a.ageOf(ctx, p.Name, id)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// ageOf asks IAM about a key, as the user that it belongs to.
func (a *app) ageOf(ctx context.Context, name, id string) (created, status, problem string) {
	creds, err := a.quietly(ctx, name)
	if err != nil {
		return "", "", err.Error()
	}
	api, err := a.api()
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
	retriever, err := a.retriever()
	if err != nil {
		return session.Credentials{}, err
	}
	if got, ok := retriever.Fresh(chain.Key()); ok {
		return got, nil
	}
	return retriever.Retrieve(ctx, chain[:1], session.Options{})
}

func newKeysRemove(a *app) *cobra.Command {
	var sure bool
	c := &cobra.Command{
		Use:   "remove PROFILE",
		Short: "Forget a stored key: guise's copy may be the only one",
		Long: `Remove a profile's key from the store and from the config file. AWS knows the key
still: delete it there too, if nobody is to use it (guise keys rotate does both).`,
		Example:           "  guise keys remove alice",
		Args:              cobra.ExactArgs(1),
		RunE:              func(c *cobra.Command, args []string) error { return a.removeKey(c.Context(), args[0], sure) },
		ValidArgsFunction: a.completeProfile,
	}
	c.Flags().BoolVarP(&sure, "yes", "y", false, "do not ask")
	return c
}

func (a *app) removeKey(ctx context.Context, name string, sure bool) error {
	id, err := a.storedID(name)
	if err != nil {
		return err
	}
	if !sure {
		terminal, err := a.terminal()
		if err != nil {
			return failure{what: name, err: errors.New("a person must agree, and none can be reached"), hint: "--yes agrees beforehand", code: exitPerson}
		}
		defer func() { _ = terminal.Close() }()
		agreed, err := terminal.Confirm(ctx, "forget the key …"+lastFour(id)+" of "+name+" (guise's copy may be the only one)", false)
		if err == nil && !agreed {
			err = session.ErrCancelled
		}
		if err != nil {
			return asSession(err)
		}
	}
	if _, err := a.rewrite(func(f *awsconfig.Files) error { f.RemoveStoredKey(name); return nil }); err != nil {
		return err
	}
	if err := a.keyStore().Delete(keyName(id)); err != nil {
		return fail(name, err)
	}
	a.sayf("%s: its key …%s is forgotten here; AWS knows it until it is deleted there", name, lastFour(id))
	return nil
}

// storedID is the id of the key of a profile that is in the store.
func (a *app) storedID(name string) (string, error) {
	a.wanted = name
	files, err := a.files()
	if err != nil {
		return "", err
	}
	p, err := files.Profile(name)
	if err != nil {
		return "", fail(name, err)
	}
	if p.KeysIn() != awsconfig.KeysInStore {
		return "", failure{what: name, err: errors.New("it has no key in guise's store"), hint: "guise keys import" + a.wantedWord()}
	}
	return p.AccessKeyID(), nil
}

func newKeysImport(a *app) *cobra.Command {
	o := adoptOptions{app: a, mayMakeVault: true}
	var backup string
	c := &cobra.Command{
		Use:   "import [PROFILE…]",
		Short: "Move static keys out of ~/.aws/credentials",
		Long: `Move the static keys of profiles (without any: of all) from the AWS files to the
store, and put guise behind those profiles. Each key is let go of only after the
stored copy has made a call to AWS. "guise release PROFILE" gives every byte back;
of its own accord guise keeps no version of the file that held the keys. --backup
FILE keeps one where you say (mode 0600), to be shredded when you are sure.`,
		Example: "  guise keys import --dry-run\n  guise keys import alice --backup /media/usb/credentials",
		RunE: func(c *cobra.Command, args []string) error {
			files, err := a.files()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				for _, p := range files.Profiles() {
					if p.KeysIn() == awsconfig.KeysPlain && p.SessionToken().Empty() && p.Own("expires") == "" {
						args = append(args, p.Name)
					}
				}
			}
			if len(args) == 0 {
				a.say("no profile has static keys in the files")
				return nil
			}
			if backup != "" && !o.dryRun {
				if err := a.backUp(backup); err != nil {
					return fail("backup", err)
				}
			}
			err = o.run(c.Context(), args)
			if backup != "" && !o.dryRun {
				a.sayf("hint: shred -u %s   # when you are sure: the keys are readable there", a.word(backup))
			}
			return err
		},
		ValidArgsFunction: a.completeProfiles,
	}
	c.Flags().StringVar(&backup, "backup", "", "keep a copy of the credentials file there first")
	_ = c.MarkFlagFilename("backup")
	c.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "show the change as a diff, and make none")
	c.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	return c
}

// backUp copies the credentials file. It writes over nothing.
func (a *app) backUp(path string) error {
	_, credentials := a.configPaths()
	data, err := os.ReadFile(credentials)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
