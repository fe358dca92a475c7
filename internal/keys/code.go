package keys

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"guise/internal/custody"
	"guise/internal/display"
	"guise/internal/secret"
	"guise/session"
)

// Device is the MFA device that a serial means: that one, or for an empty serial the
// only one whose MFA secret is stored. stored reports whether its secret is.
func (k *Keeper) Device(serial string) (device string, stored bool) {
	all := k.Devices()
	if serial == "" && len(all) == 1 {
		serial = all[0]
	}
	return serial, slices.Contains(all, serial)
}

// Code computes the code that a device shows now, from its stored MFA secret, with the
// errors of MFASecret.
func (k *Keeper) Code(ctx context.Context, serial string) (secret.Text, error) {
	text, err := k.MFASecret(ctx, serial)
	if err != nil {
		return secret.Text{}, err
	}
	return totp(text, k.Now())
}

// CodeIfStored is Code; not ok where no MFA secret of the device is stored, which is found
// out without the store: one that is locked would take seconds to say so.
func (k *Keeper) CodeIfStored(ctx context.Context, serial string) (code secret.Text, ok bool, err error) {
	if _, stored := k.Device(serial); !stored {
		return code, false, nil
	}
	code, err = k.Code(ctx, serial)
	if errors.Is(err, custody.ErrNotFound) {
		return code, false, nil // it was being stored when guise was interrupted
	}
	return code, err == nil, err
}

// TwoCodes shows two codes that follow each other, as AWS wants them to enable a device:
// the first now, and the second when it comes, which is after next.
func (k *Keeper) TwoCodes(ctx context.Context, text secret.Text, show func(code secret.Text, next time.Duration)) error {
	first, err := totp(text, k.Now())
	if err != nil {
		return err
	}
	next := k.Now().Truncate(codeWindow).Add(codeWindow).Sub(k.Now())
	show(first, next)
	if err := k.Sleep(ctx, next); err != nil {
		return session.ErrCancelled
	}
	second, err := totp(text, k.Now())
	if err == nil {
		show(second, 0)
	}
	return err
}

// ErrOtherDevice: the codes of an MFA secret are not those of the device.
var ErrOtherDevice = errors.New("its codes are not those of the device, so nothing was stored (is the clock right?)")

// TryDevice tries an MFA secret before it is stored, in one of two ways. In atAWS, which
// is nil where no profile has the device, AWS is sent a code; it is computed when it is
// asked for, since the way there may take longer than a code lasts. Where AWS could not
// be asked, shown is the code that the user's own device shows now.
//
// Its errors are those of shown, ErrOtherDevice, and one that wraps AWS's *session.APIError.
func (k *Keeper) TryDevice(ctx context.Context, text secret.Text, atAWS func(ctx context.Context, code func() (secret.Text, error)) error, shown func() (secret.Text, error)) error {
	if atAWS != nil {
		err := atAWS(ctx, func() (secret.Text, error) { return totp(text, k.Now()) })
		if err == nil {
			return nil
		}
		if refused, ok := errors.AsType[*session.APIError](err); ok && (refused.Reason == session.WrongCode || refused.Reason == session.Denied) {
			return fmt.Errorf("AWS does not take its code (%w), so nothing was stored", err)
		}
		k.Say("it could not be tried at AWS: " + err.Error())
	}
	typed, err := shown()
	if err != nil {
		return err
	}
	for _, window := range []time.Duration{0, -codeWindow, codeWindow} {
		if code, err := totp(text, k.Now().Add(window)); err == nil && code.Reveal() == typed.Reveal() {
			return nil
		}
	}
	return ErrOtherDevice
}

// A DeviceRow is an MFA device as `guise mfa list` shows it.
type DeviceRow struct {
	Serial  string `json:"mfa_serial"`
	Problem string `json:"problem,omitempty"` // why its MFA secret cannot be read
	Pending string `json:"pending,omitempty"` // remove: a store did not answer

	from []Place // that it is to be removed from
}

// DeviceTable shows MFA devices.
func DeviceTable(rows []DeviceRow) display.Table {
	t := display.Table{Columns: []display.Column{{Name: "DEVICE", Cut: 40}, {Name: "MFA SECRET", Cut: 20}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{r.Serial, r.State()})
	}
	return t
}

// State says what is so of the device's MFA secret.
func (r DeviceRow) State() string {
	switch {
	case r.Pending != "":
		return "to be removed from " + Words(r.from) + ": guise doctor --fix"
	case r.Problem != "":
		return r.Problem
	}
	return "stored"
}

// ListDevices lists the devices whose MFA secrets are stored, then those whose secrets
// are to be removed. Its errors are those of Unfinished.
func (k *Keeper) ListDevices(ctx context.Context) ([]DeviceRow, error) {
	rows := []DeviceRow{}
	for _, serial := range k.Devices() {
		row := DeviceRow{Serial: serial}
		if _, err := k.MFASecret(ctx, serial); err != nil {
			row.Problem = err.Error()
		}
		rows = append(rows, row)
	}
	unfinished, err := k.Unfinished()
	for _, u := range unfinished {
		if u.Serial != "" {
			rows = append(rows, DeviceRow{Serial: u.Serial, Pending: "remove", from: u.Pending})
		}
	}
	return rows, err
}
