package ask

import (
	"encoding/binary"

	"guise/internal/match"
)

// The file of a list, which the ranker reads at each key: every text of it behind its
// length. To take ten thousand rows out of JSON takes longer than to order them.

// encode writes the list. What its rows are found by is without case, as a query is.
func (l list) encode() []byte {
	data := make([]byte, 0, 192*(len(l.Rows)+1)) // mostly enough
	text := func(s string) { data = append(binary.AppendUvarint(data, uint64(len(s))), s...) }
	text(flag(l.Plain))
	data = binary.AppendUvarint(data, uint64(len(l.Rows)))
	for i := range l.Rows {
		r := &l.Rows[i]
		m := r.Match.Folded()
		for _, s := range []string{r.Key, r.Line, r.Colour, m.Name, m.Alias, m.Account, m.AccountName, m.Role, m.Other, flag(m.Whole)} {
			text(s)
		}
	}
	return data
}

func flag(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// decodeList reads what encode wrote; not ok where that is not whole.
func decodeList(data []byte) (l list, ok bool) {
	rest := string(data)
	ok = true
	number := func() uint64 { // which is of bytes, or of rows of some bytes: no more than there are
		n, size := binary.Uvarint(data[len(data)-len(rest):])
		if size <= 0 || n > uint64(len(rest)-size) {
			ok, rest = false, ""
			return 0
		}
		rest = rest[size:]
		return n
	}
	text := func() string {
		n := number()
		s := rest[:n]
		rest = rest[n:]
		return s
	}
	l.Plain = text() != ""
	if n := number(); n > 0 {
		l.Rows = make([]listed, n)
	}
	for i := range l.Rows {
		l.Rows[i] = listed{
			Key: text(), Line: text(), Colour: text(),
			Match: match.Profile{Name: text(), Alias: text(), Account: text(), AccountName: text(), Role: text(), Other: text(), Whole: text() != ""},
		}
	}
	return l, ok && rest == ""
}
