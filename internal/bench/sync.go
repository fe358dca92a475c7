//go:build unix

package main

import (
	"crypto/sha1" //nolint:gosec // names a file
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"guise/internal/loopback"
)

// sync: 500 accounts of 3 roles, each call taking 20 ms, against that many calls
// one after another.
func (b *bench) sync(small, _ home) error {
	const accounts, roles, delay = 500, 3, 20 * time.Millisecond
	organisation := loopback.DemoOrganisation(accounts)
	for i := range organisation {
		organisation[i].Roles = []string{"Admin", "Developer", "ReadOnly"}
	}
	b.aws.SetOrganisation(organisation)
	token := b.aws.SignedIn()
	cache := filepath.Join(small.dir, ".aws", "sso", "cache")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return err
	}
	sum := sha1.Sum([]byte("demo")) //nolint:gosec // the name of the AWS CLI's file
	file := fmt.Sprintf(`{"startUrl":%q,"region":"eu-west-1","accessToken":%q,"expiresAt":%q}`, b.aws.StartURL(), token, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
	if err := os.WriteFile(filepath.Join(cache, hex.EncodeToString(sum[:])+".json"), []byte(file), 0o600); err != nil {
		return err
	}
	b.aws.Fail(loopback.Fault{Delay: delay})
	defer b.aws.Fail()
	const sample = 25
	began := time.Now()
	for i := range sample {
		request, err := http.NewRequest(http.MethodGet, b.url+"/assignment/roles?account_id="+organisation[i].ID, nil)
		if err != nil {
			return err
		}
		request.Header.Set("X-Amz-Sso_bearer_token", token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_ = answer.Body.Close()
	}
	oneByOne := time.Since(began) * (1 + accounts*roles) / sample
	took, _, err := small.once(b.bin("guise"), "sso", "sync")
	if err != nil {
		return fmt.Errorf("sso sync: %w", err)
	}
	row("sso sync, 500 accounts x 3 roles, 20 ms a call", "1,501 calls one after another", took, oneByOne, fmt.Sprintf("%.3f", float64(took)/float64(oneByOne)))
	return nil
}
