package keys

import (
	"encoding/base32"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"guise/internal/need"
	"guise/internal/secret"
)

// TestTOTP: the same codes as oathtool's, for a thousand seeds and times.
func TestTOTP(t *testing.T) {
	oathtool := need.Program(t, "oathtool")
	random := rand.New(rand.NewPCG(1, 2))
	var all sync.WaitGroup
	for range 4 {
		type one struct {
			seed string
			at   time.Time
		}
		var mine []one
		for range 250 {
			key := make([]byte, 10+random.IntN(54))
			for i := range key {
				key[i] = byte(random.Uint32())
			}
			mine = append(mine, one{base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key), time.Unix(random.Int64N(4e9), 0).UTC()})
		}
		all.Go(func() {
			for _, o := range mine {
				out, err := exec.Command(oathtool, "--totp", "--base32", "--now", o.at.Format("2006-01-02 15:04:05 UTC"), o.seed).Output()
				if err != nil {
					t.Error(err)
					return
				}
				got, err := totp(secret.New(o.seed), o.at)
				if err != nil || got.Reveal() != strings.TrimSpace(string(out)) {
					t.Errorf("%s at %s: %s and %s, %v", o.seed, o.at, got.Reveal(), out, err)
				}
			}
		})
	}
	all.Wait()
}

// TestParseMFASecret: what AWS shows and what its QR code holds is read; an error holds
// nothing of what was typed.
func TestParseMFASecret(t *testing.T) {
	const seed = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	for _, typed := range []string{
		seed, " " + strings.ToLower(seed) + "\n", "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP", seed + "====",
		"otpauth://totp/Amazon%20Web%20Services:alice@111111111111?secret=" + seed + "&issuer=Amazon%20Web%20Services",
	} {
		if got, err := ParseMFASecret(secret.New(typed)); err != nil || got.Reveal() != seed {
			t.Errorf("%q: %v %v", typed, got.Reveal(), err)
		}
	}
	for _, typed := range []string{"", "JBSWY3DP", "not base32 at all!", "otpauth://hotp/x?secret=" + seed, "123456"} {
		if _, err := ParseMFASecret(secret.New(typed)); err == nil || strings.Contains(err.Error(), "JBSW") {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

// FuzzMFASecret: what is taken as an MFA secret gives codes, is read as itself again,
// and an error holds nothing of what was typed.
func FuzzMFASecret(f *testing.F) {
	for _, typed := range []string{
		"JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "jbsw y3dp-ehpk 3pxp jbsw y3dp ehpk 3pxp==", "otpauth://totp/AWS:me?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=x", "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP",
		"otpauth://totp/x?secret=", "otpauth://totp/%zz", "JBSWY3DP", "JBSWY3DPEHPK3PX1", "", " \t\n", "ſ", "é",
	} {
		f.Add(typed)
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	f.Fuzz(func(t *testing.T, typed string) {
		got, err := ParseMFASecret(secret.New(typed))
		if err != nil {
			if !got.Empty() || len(typed) > 6 && strings.Contains(err.Error(), typed) && !strings.Contains(errMFASecret.Error(), typed) {
				t.Fatalf("%q: %q and %v", typed, got.Reveal(), err)
			}
			return
		}
		if text := got.Reveal(); strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
			t.Fatalf("%q is taken as %q", typed, text)
		}
		again, err := ParseMFASecret(got)
		code, failed := totp(got, at)
		if err != nil || failed != nil || again.Reveal() != got.Reveal() || strings.Trim(code.Reveal(), "0123456789") != "" || len(code.Reveal()) != 6 {
			t.Fatalf("%q: %q and %q (%v, %v)", typed, again.Reveal(), code.Reveal(), err, failed)
		}
	})
}
