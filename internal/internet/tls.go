package internet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"time"
)

// An authority vouches for every name.
type authority struct {
	key  *ecdsa.PrivateKey
	root *x509.Certificate
	pem  []byte
}

func newAuthority() (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	root := template("guise's tests")
	root.IsCA, root.BasicConstraintsValid, root.KeyUsage = true, true, x509.KeyUsageCertSign
	der, err := x509.CreateCertificate(rand.Reader, root, root, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	return &authority{key, root, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}, nil
}

func template(name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
}

// certificate is that of the host that a client asks for.
func (a *authority) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	cert := template(hello.ServerName)
	cert.DNSNames = []string{hello.ServerName}
	der, err := x509.CreateCertificate(rand.Reader, cert, a.root, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: a.key}, nil
}

// lines are connections that the proxy has made, as a listener gives them.
type lines struct {
	ready chan net.Conn
	over  chan struct{}
	once  sync.Once
	at    net.Addr
}

func (l *lines) give(conn net.Conn) {
	select {
	case l.ready <- conn:
	case <-l.over:
		_ = conn.Close()
	}
}

// Accept, Close and Addr are net.Listener's.
func (l *lines) Accept() (net.Conn, error) {
	select {
	case conn := <-l.ready:
		return conn, nil
	case <-l.over:
		return nil, net.ErrClosed
	}
}
func (l *lines) Close() error   { l.once.Do(func() { close(l.over) }); return nil }
func (l *lines) Addr() net.Addr { return l.at }
