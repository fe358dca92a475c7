//go:build unix

package awsconfig

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

func look(path string) (Fingerprint, error) {
	var s unix.Stat_t
	if err := unix.Stat(path, &s); err != nil {
		return Fingerprint{}, err
	}
	changed := time.Unix(s.Ctim.Unix())
	return Fingerprint{
		State: fmt.Sprintf("%d:%d:%d:%d", s.Dev, s.Ino, s.Size, changed.UnixNano()),
		Size:  s.Size, Changed: changed,
	}, nil
}
