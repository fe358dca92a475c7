package accesslog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"

	"guise/internal/files"
)

// A Line is an entry, and the line that it stands in.
type Line struct {
	Entry
	Text []byte // without the line end
}

// A Reader reads the log, the oldest line first, and goes on as more is written, also where
// the log becomes the old one meanwhile. Close it.
type Reader struct {
	path  string
	parts []*part // that are read, the oldest first: the log, and what was the log before
	// Damaged is how many lines could not be read so far.
	Damaged int
}

// A part is a file of the log, and a line of it that has begun.
type part struct {
	file *os.File
	rest []byte
}

// Open begins to read the log at path.
func Open(path string) *Reader { return &Reader{path: path} }

// Close ends the reading.
func (r *Reader) Close() {
	for _, p := range r.parts {
		_ = p.file.Close()
	}
	r.parts = nil
}

// Next returns what has been written since the last call, at the first call all there is. Its
// errors are *fs.PathError; that there is no log is none.
func (r *Reader) Next() (lines []Line, err error) {
	now, err := open(r.path)
	if err != nil {
		return nil, err
	}
	old, err := open(r.path + files.OldSuffix) // after it: what becomes the old one in between is now
	r.take(old)
	r.take(now)
	for _, p := range r.parts {
		more, failed := r.read(p)
		lines, err = append(lines, more...), errors.Join(err, failed)
	}
	for len(r.parts) > 2 { // one that was moved away a moment ago may still be written to
		_ = r.parts[0].file.Close()
		r.parts = r.parts[1:]
	}
	return lines, err
}

// open opens a file of the log; nil: it is not there.
func open(path string) (*os.File, error) {
	f, err := files.OpenAppended(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // as the log begins
	}
	return f, err
}

// take adds a file to the parts, if it is none of them.
func (r *Reader) take(f *os.File) {
	if f == nil {
		return
	}
	info, err := f.Stat()
	for _, p := range r.parts {
		if one, failed := p.file.Stat(); err == nil && failed == nil && os.SameFile(one, info) {
			_ = f.Close()
			return
		}
	}
	r.parts = append(r.parts, &part{file: f})
}

// read reads what is new in a part. A line that has no end yet waits for it.
func (r *Reader) read(p *part) (lines []Line, err error) {
	info, err := p.file.Stat()
	if at, failed := p.file.Seek(0, io.SeekCurrent); err == nil && failed == nil && info.Size() < at { // somebody has emptied it
		p.rest = nil
		_, err = p.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(p.file, files.ConfigLimit))
	data = append(p.rest, data...)
	for {
		text, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			break
		}
		data = rest
		if line, ok := parse(text); ok {
			lines = append(lines, line)
		} else if len(text) > 0 {
			r.Damaged++
		}
	}
	p.rest = bytes.Clone(data)
	return lines, err
}

// parse reads a line; not ok of one that is no entry.
func parse(text []byte) (Line, bool) {
	line := Line{Text: bytes.Clone(text)}
	if json.Unmarshal(text, &line.Entry) != nil || line.Time.IsZero() {
		return Line{}, false
	}
	return line, true
}
