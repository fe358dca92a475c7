package process

import "bytes"

// procargs reads what macOS says of a process's start (kern.procargs2): the path of the
// program, nulls up to an even address, count words, and the environment up to an empty text.
func procargs(data []byte, count int) (words, environ Texts) {
	_, rest, _ := bytes.Cut(data, []byte{0})
	rest = bytes.TrimLeft(rest, "\x00")
	if count < 0 || len(rest) == 0 {
		return nil, nil
	}
	words = rest
	for range count {
		if len(rest) == 0 { // there are fewer
			return nil, nil
		}
		_, rest, _ = bytes.Cut(rest, []byte{0})
	}
	words = words[:len(words)-len(rest)]
	if empty := bytes.Index(rest, []byte{0, 0}); empty >= 0 {
		rest = rest[:empty+1]
	}
	return words, bytes.TrimLeft(rest, "\x00")
}
