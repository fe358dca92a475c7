package ask

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"

	"guise/internal/secret"
)

// A pinentry is spoken to by lines over its stdin and stdout: "The Assuan
// Protocol" and "PINEntry Programs" in the manuals of GnuPG.

// gpg-error's codes for a no; their upper bits name the source of the error.
const (
	codeMask          = 0xffff
	codeCancelled     = 99
	codeNotConfirmed  = 114
	codeFullyCanceled = 198
)

// assuanError is an ERR line.
type assuanError struct {
	code int
	text string
}

func (e *assuanError) Error() string { return "pinentry: " + e.text }

func (d Dialog) pinentry(ctx context.Context, program string, w Words) (secret.Text, error) {
	c := exec.CommandContext(ctx, program) //nolint:gosec // the user's own pinentry
	c.Env, c.WaitDelay = d.Environ(), killedAfter
	in, err := c.StdinPipe()
	if err != nil {
		return secret.Text{}, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return secret.Text{}, err
	}
	if err := c.Start(); err != nil {
		return secret.Text{}, ErrNoDialog
	}
	text, err := d.assuan(in, bufio.NewReader(out), w)
	_, _ = io.WriteString(in, "BYE\n")
	_ = in.Close()
	_ = c.Wait()
	switch refused, ok := errors.AsType[*assuanError](err); {
	case ctx.Err() != nil:
		return secret.Text{}, ctx.Err()
	case ok && (refused.code == codeCancelled || refused.code == codeFullyCanceled || refused.code == codeNotConfirmed):
		return secret.Text{}, ErrCancelled
	case err != nil:
		return secret.Text{}, ErrNoDialog
	}
	return text, nil
}

// assuan has the conversation.
func (d Dialog) assuan(in io.Writer, out *bufio.Reader, w Words) (secret.Text, error) {
	if _, err := reply(out); err != nil { // it speaks first
		return secret.Text{}, err
	}
	type line struct {
		text   string
		needed bool
	}
	lines := []line{
		{"SETTITLE " + encode(w.Title), false}, {"SETDESC " + encode(w.Text), true}, {"SETPROMPT " + map[bool]string{false: "MFA code:", true: "Passphrase:"}[w.hidden], false},
	}
	if w.confirm {
		lines = append(lines[:2], line{"SETOK Yes", false}, line{"SETCANCEL No", false})
	}
	if d.TTY != "" {
		lines = append(lines, line{"OPTION ttyname=" + d.TTY, false}, line{"OPTION ttytype=" + d.Getenv("TERM"), false})
	}
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := d.Getenv(name); value != "" {
			lines = append(lines, line{"OPTION lc-ctype=" + value, false})
			break
		}
	}
	if w.Error != "" {
		lines = append(lines, line{"SETERROR " + encode(w.Error), false})
	}
	for _, l := range lines {
		if _, err := io.WriteString(in, l.text+"\n"); err != nil {
			return secret.Text{}, err
		}
		if _, err := reply(out); err != nil && (l.needed || !errors.As(err, new(*assuanError))) {
			return secret.Text{}, err
		}
	}
	last := "GETPIN\n"
	if w.confirm {
		last = "CONFIRM\n"
	}
	if _, err := io.WriteString(in, last); err != nil {
		return secret.Text{}, err
	}
	data, err := reply(out)
	return secret.New(data), err
}

// reply reads up to an OK or ERR, and gives the data before it.
func reply(out *bufio.Reader) (string, error) {
	var data strings.Builder
	for {
		line, err := out.ReadString('\n')
		if err != nil {
			return "", err
		}
		word, rest, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		switch word {
		case "OK":
			return data.String(), nil
		case "D":
			data.WriteString(decode(rest))
		case "ERR":
			code, text, _ := strings.Cut(rest, " ")
			n, _ := strconv.Atoi(code)
			return "", &assuanError{n & codeMask, text}
		}
	}
}

// encode writes a text as the rest of a line.
func encode(s string) string {
	return strings.NewReplacer("%", "%25", "\n", "%0A", "\r", "%0D").Replace(s)
}

func decode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		var c byte
		if s[i] == '%' && i+2 < len(s) {
			if n, err := fmt.Sscanf(s[i+1:i+3], "%02x", &c); n == 1 && err == nil {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
