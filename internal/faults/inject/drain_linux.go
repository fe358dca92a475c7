package inject

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"sync"
	"time"
)

// A drain takes what a program prints. The end of the program is not always that of the pipe,
// which a process in the background may hold: so a mark of our own, behind all that the
// program has written, tells when it is read, however busy the computer is.
type drain struct {
	in, out *os.File
	mark    []byte
	ended   chan struct{} // the mark is read, or nobody holds the pipe any more

	mu   sync.Mutex
	read []byte
}

func newDrain() (*drain, error) {
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	d := &drain{in: in, out: out, mark: []byte("\x00the end " + rand.Text()), ended: make(chan struct{})}
	go d.take()
	return d, nil
}

func (d *drain) take() {
	defer close(d.ended)
	for buf := make([]byte, 32<<10); ; {
		n, err := d.out.Read(buf)
		d.mu.Lock()
		d.read = append(d.read, buf[:n]...)
		end := bytes.Contains(d.read[max(0, len(d.read)-n-len(d.mark)):], d.mark)
		d.mu.Unlock()
		if err != nil || end {
			return
		}
	}
}

// afterwards is for how long a process in the background may still print something.
const afterwards = 200 * time.Millisecond

// text is all that was printed, once the program has ended.
func (d *drain) text() string {
	_ = d.in.Close()
	select {
	case <-d.ended:
	case <-time.After(afterwards):
		if in, err := os.OpenFile(fmt.Sprint("/proc/self/fd/", d.out.Fd()), os.O_WRONLY, 0); err == nil {
			_, _ = in.Write(d.mark)
			_ = in.Close()
		}
		<-d.ended
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	text, _, _ := bytes.Cut(d.read, d.mark)
	return string(text)
}

func (d *drain) close() {
	_ = d.in.Close()
	_ = d.out.Close()
}
