package cache

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"time"
)

// An entry: the magic, the end as Unix seconds in eight bytes, a random nonce,
// and the sealed value. Name, magic and end are authenticated with it.
const (
	magic      = "guise1"
	headerSize = len(magic) + 8
)

type sealer struct{ aead cipher.AEAD }

func newSealer(key []byte) (*sealer, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &sealer{aead}, err
}

func (s *sealer) seal(name string, value []byte, expires time.Time) []byte {
	header := binary.BigEndian.AppendUint64([]byte(magic), uint64(expires.Unix())) //nolint:gosec // bits are bits
	return s.aead.Seal(header, nil, value, append([]byte(name), header...))
}

func (s *sealer) open(name string, data []byte) ([]byte, bool) {
	header := data[:headerSize]
	value, err := s.aead.Open(nil, nil, data[headerSize:], append([]byte(name), header...))
	return value, err == nil
}
