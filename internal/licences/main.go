// Licences checks under which licences the modules are that guise is built of.
//
// Every module that is linked into the program, on any of the three systems, and every
// module that only the tests need, must have a licence file whose text is one of those
// in [allowed], word by word. The texts come from the module cache; nothing is fetched. A module
// without a licence file, or with a text that is not known, fails the check.
//
//	go run ./internal/licences               the table: module, version, licence, where
//	go run ./internal/licences -notices FILE what must go with a binary, in full
//
// All of these licences ask that their text goes with a binary; Apache-2.0 also asks
// for a module's NOTICE file. -notices writes both.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

func main() {
	notices := flag.String("notices", "", "write the notices that go with a binary to this `file`")
	flag.Parse()
	if err := run(*notices); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(notices string) error {
	modules, err := modules()
	if err != nil {
		return err
	}
	if notices != "" {
		return os.WriteFile(notices, []byte(text(modules)), 0o644) //nolint:gosec // for everybody
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	var wrong []error
	for _, m := range modules {
		names, err := m.licences()
		if err != nil {
			wrong = append(wrong, err)
		}
		fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", m.Path, m.Version, strings.Join(names, ", "), m.where())
	}
	return errors.Join(append(wrong, out.Flush())...)
}

// licences returns the names of a module's licences, sorted. A text that is not known is
// an error, and so is no text.
func (m *module) licences() (names []string, err error) {
	for _, path := range m.files {
		if isNotice(path) {
			continue
		}
		data, failed := os.ReadFile(path) //nolint:gosec // of the module cache
		if failed != nil {
			return nil, failed
		}
		name, ok := recognise(string(data))
		if !ok {
			err = errors.Join(err, fmt.Errorf("%s: the licence in %s is not one of those allowed: read it, then see internal/licences/allowed.go", m.Path, path))
			continue
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if !slices.ContainsFunc(names, func(name string) bool { return name != patentGrant }) && err == nil {
		err = fmt.Errorf("%s has no licence file", m.Path)
	}
	slices.Sort(names)
	return names, err
}

// text is what goes with a binary: the licence and notice files of what is linked into
// it, a text that several modules share once.
func text(modules []*module) string {
	var order []string
	of := map[string][]string{}
	for _, m := range modules {
		if len(m.systems) == 0 {
			continue
		}
		for _, path := range m.files {
			data, err := os.ReadFile(path) //nolint:gosec // of the module cache
			if err != nil {
				continue // licences has said so
			}
			body := strings.TrimSpace(string(data))
			if of[body] == nil {
				order = append(order, body)
			}
			of[body] = append(of[body], m.Path+" "+m.Version)
		}
	}
	var b strings.Builder
	b.WriteString("guise is built with the following modules.\n")
	for _, body := range order {
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(slices.Compact(of[body]), "\n"), body)
	}
	return b.String()
}
