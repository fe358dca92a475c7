package signin

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
)

// FolderName is the name of the folder in which the browser keeps what it knows of the
// identity provider at an address: of its host.
func FolderName(address string) string {
	host := address
	if u, err := url.Parse(address); err == nil {
		host = u.Host
	}
	sum := sha256.Sum256([]byte(host))
	return hex.EncodeToString(sum[:8])
}
