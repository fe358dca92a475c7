package loopback

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // RFC 6238, as AWS's virtual devices have it
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"time"
)

// window is how long a device shows a code.
const window = 30 * time.Second

// device is a virtual MFA device: RFC 6238, SHA-1, six digits.
type device struct {
	seed []byte
	used int64 // the last window whose code was taken
}

func windowOf(t time.Time) int64 { return t.Unix() / int64(window/time.Second) }

func (d *device) code(at int64) string {
	mac := hmac.New(sha1.New, d.seed)
	_ = binary.Write(mac, binary.BigEndian, at)
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}

// take accepts a code of this window or one beside it, each once.
func (d *device) take(code string, now time.Time) bool {
	for at := windowOf(now) - 1; at <= windowOf(now)+1; at++ {
		if at > d.used && d.code(at) == code {
			d.used = at
			return true
		}
	}
	return false
}

// Seed returns the seed of a device, in base32 as AWS shows it.
func (a *AWS) Seed(serial string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d, ok := a.devices[serial]; ok {
		return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(d.seed)
	}
	return ""
}

// CodeAt returns the code that a device shows at a time; empty where there is no such
// device.
func (a *AWS) CodeAt(serial string, at time.Time) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d, ok := a.devices[serial]; ok {
		return d.code(windowOf(at))
	}
	return ""
}

// Code returns a code that will be taken: this window's or, where that was used,
// the next one's, which AWS takes too. Where both were used, it is an error that
// says when the next one comes.
func (a *AWS) Code(serial string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if serial == "" && len(a.devices) == 1 {
		for only := range a.devices {
			serial = only
		}
	}
	d, ok := a.devices[serial]
	if !ok {
		return "", fmt.Errorf("there is no device %q here", serial)
	}
	now := a.clock()
	at := max(windowOf(now), d.used+1)
	if at > windowOf(now)+1 {
		wait := time.Unix((windowOf(now)+1)*30, 0).Sub(now)
		return "", fmt.Errorf("both codes that AWS would take were used; the next comes in %s", wait.Round(time.Second))
	}
	return d.code(at), nil
}
