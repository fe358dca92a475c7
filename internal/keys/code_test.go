package keys

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/custody"
	"guise/internal/secret"
	"guise/session"
)

const mfaSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// codeAt is the code that the device of mfaSecret shows.
func codeAt(t *testing.T, at time.Time) string {
	t.Helper()
	code, err := totp(secret.New(mfaSecret), at)
	if err != nil {
		t.Fatal(err)
	}
	return code.Reveal()
}

// TestCode: of the device that is named, or of the only one.
func TestCode(t *testing.T) {
	w := newModel(t, "")
	ctx, k := t.Context(), w.keeper()
	if serial, stored := k.Device(""); serial != "" || stored {
		t.Errorf("%q, %v", serial, stored)
	}
	w.must(addingDevice(mfaSecret)(ctx, k))
	for named, want := range map[string]string{"": device, device: device, "another": "another"} {
		serial, stored := k.Device(named)
		if serial != want || stored != (want == device) {
			t.Errorf("%q: %q, %v", named, serial, stored)
		}
	}
	if code, err := k.Code(ctx, device); err != nil || code.Reveal() != codeAt(t, w.now) {
		t.Errorf("%q, %v", code.Reveal(), err)
	}
	if code, err := k.Code(ctx, "another"); !errors.Is(err, custody.ErrNotFound) || !code.Empty() {
		t.Errorf("%q, %v", code.Reveal(), err)
	}
	_, err := k.AddDevice(ctx, "another", "", secret.New(mfaSecret), true)
	w.must(err)
	if serial, stored := k.Device(""); serial != "" || stored {
		t.Errorf("of two devices: %q, %v", serial, stored)
	}
}

// TestTwoCodes: the code of now, and that of the next window when it begins.
func TestTwoCodes(t *testing.T) {
	for since, wait := range map[time.Duration]time.Duration{0: 30 * time.Second, 12 * time.Second: 18 * time.Second, 29 * time.Second: time.Second} {
		w := newModel(t, "")
		w.now = w.now.Add(since)
		began := w.now
		var shown []string
		var waits []time.Duration
		err := w.keeper().TwoCodes(t.Context(), secret.New(mfaSecret), func(code secret.Text, next time.Duration) {
			shown, waits = append(shown, code.Reveal()), append(waits, next)
		})
		if err != nil || !slices.Equal(shown, []string{codeAt(t, began), codeAt(t, began.Add(30*time.Second))}) || shown[0] == shown[1] || !slices.Equal(waits, []time.Duration{wait, 0}) || w.now.Sub(began) != wait {
			t.Errorf("%s: %q after %s, %v", since, shown, waits, err)
		}
	}
	k := newModel(t, "").keeper()
	k.Sleep = func(context.Context, time.Duration) error { return context.Canceled }
	if err := k.TwoCodes(t.Context(), secret.New(mfaSecret), func(secret.Text, time.Duration) {}); !errors.Is(err, session.ErrCancelled) {
		t.Error(err)
	}
	if err := k.TwoCodes(t.Context(), secret.New("1"), func(secret.Text, time.Duration) { t.Error("no secret has no codes") }); !errors.Is(err, errMFASecret) {
		t.Error(err)
	}
}

// TestTryDevice: what AWS says of a code is the last word; where it could not be asked,
// it is the code that the device shows, now or in the windows beside this one.
func TestTryDevice(t *testing.T) {
	api := func(reason session.Reason) error { return &session.APIError{Op: "GetSessionToken", Reason: reason} }
	cancelled := errors.New("cancelled")
	w := newModel(t, "")
	for name, c := range map[string]struct {
		aws   error         // nil: it takes the code
		alone bool          // no profile has the device
		typed time.Duration // the code of then is typed
		shown error
		want  func(error) bool
		asked bool
		said  string
	}{
		"AWS takes it":                  {want: func(err error) bool { return err == nil }},
		"wrong code":                    {aws: api(session.WrongCode), want: func(err error) bool { return session.ReasonOf(err) == session.WrongCode }},
		"denied":                        {aws: api(session.Denied), want: func(err error) bool { return session.ReasonOf(err) == session.Denied }},
		"no answer, the device's code":  {aws: api(session.Unreachable), asked: true, want: func(err error) bool { return err == nil }, said: "it could not be tried at AWS: " + api(session.Unreachable).Error()},
		"no answer, another code":       {aws: errors.New("no keys"), typed: time.Hour, asked: true, want: func(err error) bool { return errors.Is(err, ErrOtherDevice) }, said: "it could not be tried at AWS: no keys"},
		"no profile, the code before":   {alone: true, typed: -30 * time.Second, asked: true, want: func(err error) bool { return err == nil }},
		"no profile, the code after":    {alone: true, typed: 30 * time.Second, asked: true, want: func(err error) bool { return err == nil }},
		"no profile, the one before it": {alone: true, typed: -time.Minute, asked: true, want: func(err error) bool { return errors.Is(err, ErrOtherDevice) }},
		"no profile, two after":         {alone: true, typed: time.Minute, asked: true, want: func(err error) bool { return errors.Is(err, ErrOtherDevice) }},
		"nothing typed":                 {alone: true, shown: cancelled, asked: true, want: func(err error) bool { return errors.Is(err, cancelled) }},
	} {
		w.said = nil
		atAWS := func(_ context.Context, code func() (secret.Text, error)) error {
			w.now = w.now.Add(time.Minute) // the way there takes longer than a code lasts
			if sent, err := code(); err != nil || sent.Reveal() != codeAt(t, w.now) {
				t.Errorf("%s: %q, %v", name, sent.Reveal(), err)
			}
			return c.aws
		}
		if c.alone {
			atAWS = nil
		}
		asked := false
		err := w.keeper().TryDevice(t.Context(), secret.New(mfaSecret), atAWS, func() (secret.Text, error) {
			asked = true
			return secret.New(codeAt(t, w.now.Add(c.typed))), c.shown
		})
		if !c.want(err) || asked != c.asked || strings.Join(w.said, "\n") != c.said {
			t.Errorf("%s: %v; asked %v, said %q", name, err, asked, w.said)
		}
	}
}

// TestListDevices: those whose secrets are stored, and those that a store may still have.
func TestListDevices(t *testing.T) {
	w := newModel(t, twoPlain)
	w.key(ciID, ciText)
	ctx, k := t.Context(), w.keeper()
	if rows, err := k.ListDevices(ctx); err != nil || rows == nil || len(rows) > 0 {
		t.Errorf("%v, %v", rows, err)
	}
	w.must(addingDevice(mfaSecret)(ctx, k), importing("ci")(ctx, k))
	rows, err := k.ListDevices(ctx)
	if err != nil || !reflect.DeepEqual(rows, []DeviceRow{{Serial: device}}) || rows[0].State() != "stored" {
		t.Errorf("%+v, %v", rows, err)
	}
	w.isDown = true
	rows, err = k.ListDevices(ctx)
	if err != nil || len(rows) != 1 || rows[0].Problem != custody.ErrUnavailable.Error() || rows[0].State() != rows[0].Problem {
		t.Errorf("%+v, %v", rows, err)
	}
	if err := removingDevice(ctx, k); !errors.As(err, new(*PendingError)) {
		t.Error(err)
	}
	rows, err = k.ListDevices(ctx)
	if err != nil || !reflect.DeepEqual(rows, []DeviceRow{{Serial: device, Pending: "remove", from: []Place{InKeyring}}}) || rows[0].State() != "to be removed from the OS keyring: guise doctor --fix" {
		t.Errorf("%+v, %v", rows, err)
	}
	w.must(os.WriteFile(filepath.Join(k.Dir, ledgerFile), []byte("{}"), 0o600))
	if _, err := k.ListDevices(ctx); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Error(err)
	}
}
