package source

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"guise/internal/answer"
	"guise/internal/printable"
)

// FuzzProcess: what is taken from a credential process passes the checks of package
// answer, and an error holds nothing of what was printed.
func FuzzProcess(f *testing.F) {
	for _, s := range []string{
		`{"Version":1,"AccessKeyId":"ASIAIOSFODNN7EXAMPLE","SecretAccessKey":"wJalr/K7+=","SessionToken":"IQoJ==","Expiration":"2026-01-02T04:04:05Z","AccountId":"111111111111"}`,
		`{"Version":1,"AccessKeyId":"a","SecretAccessKey":"b","Expiration":"9999-12-31T23:59:59+14:00"}`, `{"Version":1,"AccessKeyId":"` + mark + `","SecretAccessKey":5}`,
		`{"version":1,"accesskeyid":"a\n[b]","secretaccesskey":"c"}`, `{"Version":2}`, `{}`, `[]`, `null`, ``, `<html>`, `{"Version":1,"Expiration":"` + mark + `"}`,
	} {
		f.Add([]byte(s))
	}
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Process(data, now)
		if err != nil {
			refuse(t, data, err)
			return
		}
		_, err = answer.Elsewhere.Keys(answer.Keys{ID: got.AccessKeyID, Secret: got.SecretAccessKey, Token: got.SessionToken, Expires: got.Expires, Account: got.AccountID}, now)
		if err != nil || !printable.Word(got.AccessKeyID+got.SecretAccessKey.Reveal()+got.SessionToken.Reveal()+got.AccountID) {
			t.Fatalf("taken: %s (%v)", data, err)
		}
		if left := got.Left(now); !got.Expires.IsZero() && (left > 36*time.Hour || left < -24*time.Hour) {
			t.Fatalf("%s: good for %s", data, left)
		}
	})
}

// refuse wants an error without any value of the answer that is long enough to be
// told from a word of ours.
func refuse(t *testing.T, data []byte, err error) {
	t.Helper()
	var values map[string]any
	if json.Unmarshal(data, &values) != nil {
		return
	}
	for _, value := range values {
		text, _ := value.(string)
		if len(text) > 8 && strings.Contains(err.Error(), text) && !strings.Contains("its credential_process: the answer's AccessKeyId SecretAccessKey SessionToken Expiration AccountId", text) {
			t.Fatalf("the error shows a value: %v", err)
		}
	}
}
