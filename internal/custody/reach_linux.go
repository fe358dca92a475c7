package custody

import (
	"os"
	"path/filepath"
	"strings"
)

// reachable reports whether there is a session bus to ask: by the address in the
// environment, or the socket that systemd keeps in the runtime directory.
func reachable(getenv func(string) string) error {
	if address := getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" {
		if path, ok := strings.CutPrefix(address, "unix:path="); ok {
			path, _, _ = strings.Cut(path, ",")
			if _, err := os.Stat(path); err != nil {
				return ErrUnavailable
			}
		}
		if strings.HasPrefix(address, "autolaunch:") {
			return ErrUnavailable // would start a bus
		}
		return nil
	}
	if dir := getenv("XDG_RUNTIME_DIR"); dir != "" {
		if info, err := os.Stat(filepath.Join(dir, "bus")); err == nil && info.Mode()&os.ModeSocket != 0 {
			return nil
		}
	}
	return ErrUnavailable
}
