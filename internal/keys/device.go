package keys

import (
	"context"
	"errors"
	"strings"

	"guise/internal/secret"
)

// ErrNoDevice: the key store has no MFA secret of that device.
var ErrNoDevice = errors.New("the key store has no MFA secret of it")

// Devices returns the serials of the MFA devices whose secrets are stored, sorted.
func (k *Keeper) Devices() []string {
	var serials []string
	l := k.peek()
	for _, name := range l.names() {
		if serial, ok := strings.CutPrefix(name, devicePrefix); ok && len(l.Secrets[name].In) > 0 {
			serials = append(serials, serial)
		}
	}
	return serials
}

// AddDevice stores the MFA secret of a device. Its codes were tried at the endpoint of
// a profile, which may be empty, or else it replaces no other value
// (*OtherValueError); nor does it replace one that is for another endpoint
// (*KeptError).
func (k *Keeper) AddDevice(ctx context.Context, serial, profile string, text secret.Text, tried bool) (place Place, err error) {
	name := devicePrefix + serial
	err = k.change(ctx, func(c *change) error {
		if err := c.put(ctx, offer{name: name, text: text, endpoint: k.endpointOf(profile, "sts"), proven: tried, newVault: true}); err != nil {
			c.takeBack()
			return err
		}
		place = c.record(name).In[0]
		return c.finish()
	})
	return place, err
}

// RemoveDevice removes the MFA secret of a device. Its errors are ErrNoDevice, and
// *PendingError where a store that may still have it does not answer.
func (k *Keeper) RemoveDevice(ctx context.Context, serial string) error {
	name := devicePrefix + serial
	there := k.HasDevice(serial)
	return k.change(ctx, func(c *change) error {
		switch {
		case !there:
			return ErrNoDevice
		case c.record(name).unknown && !c.inVault(name):
			return nil // the change has begun by finishing it
		}
		c.discard(name, "")
		if err := c.save(); err != nil {
			return err
		}
		return c.drop(name)
	})
}

// HasDevice reports whether a device's MFA secret is stored, or is to be removed.
func (k *Keeper) HasDevice(serial string) bool {
	name := devicePrefix + serial
	return !k.peek().record(name).unknown || k.inVault(name)
}
