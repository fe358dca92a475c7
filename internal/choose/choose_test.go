package choose

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"guise/internal/ask"
	"guise/internal/history"
	"guise/internal/profiles"
)

// chooser has a picker that answers with one choice after the other, of what it is shown.
func chooser(t *testing.T, answers ...ask.Choice) (c Chooser, shown *[]ask.Picker) {
	t.Helper()
	shown = &[]ask.Picker{}
	return Chooser{
		History: history.Read(t.TempDir()), Now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		Pick: func(_ context.Context, p ask.Picker) (ask.Choice, error) {
			*shown = append(*shown, p)
			if len(answers) == 0 {
				return ask.Choice{}, ask.ErrCancelled
			}
			answer := answers[0]
			answers = answers[1:]
			return answer, nil
		},
	}, shown
}

func two() []profiles.Description {
	return []profiles.Description{
		{Profile: "dev", Kind: "role", Active: true, Managed: true, Special: &profiles.Special{Alias: "d"}},
		{Profile: "prod", Kind: "role", Special: &profiles.Special{Color: "red", Confirm: "name", Description: "be careful", Tags: "eu"}},
	}
}

// TestOne: what was taken most is first; the active profile is marked, a coloured one has
// its colour, and of each what one must know is in a column with a name.
func TestOne(t *testing.T) {
	c, shown := chooser(t, ask.Choice{Rows: []int{0}})
	c.History.Take("prod", c.Now.Add(-time.Hour))
	if name, err := c.One(t.Context(), "p", two()); name != "prod" || err != nil {
		t.Fatalf("%s, %v", name, err)
	}
	p := (*shown)[0]
	if p.Query != "p" || p.Rows[0].Colour != "31" || p.Rows[0].Marked || !p.Rows[1].Marked || p.Rows[1].Colour != "" || p.Several {
		t.Errorf("%+v", p)
	}
	names := make([]string, len(p.Columns))
	for i, column := range p.Columns {
		names[i] = column.Name
	}
	for i, row := range p.Rows {
		if len(row.Cells) != len(names) {
			t.Errorf("row %d has %d cells for %d columns", i, len(row.Cells), len(names))
		}
	}
	cell := func(row int, name string) string { return p.Rows[row].Cells[slices.Index(names, name)] }
	for name, want := range map[string]string{"PROFILE": "prod", "KIND": "role", "SESSION": "not managed", "CONFIRM": "name", "ALIAS": "", "DESCRIPTION": "be careful · eu"} {
		if got := cell(0, name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if cell(1, "ALIAS") != "d" || cell(1, "SESSION") != "" || !strings.Contains(p.Rows[1].Match.Other, "role") {
		t.Errorf("%+v", p.Rows[1])
	}
}

// TestActions: a key does its work and leads back to the picker, with what was typed and
// the profiles as they are by then; what goes wrong is reported, but for a no. One that
// takes the profile ends it.
func TestActions(t *testing.T) {
	c, shown := chooser(t,
		ask.Choice{Rows: []int{1}, Key: "ctrl-l", Query: "pr"},
		ask.Choice{Rows: []int{1}, Key: "ctrl-o", Query: "prod"},
		ask.Choice{Rows: []int{1}, Key: "ctrl-o", Query: "prod"},
		ask.Choice{Rows: []int{1}, Key: "ctrl-r", Query: "prod"},
	)
	var did []string
	broken := errors.New("no browser")
	fails := []error{broken, ask.ErrCancelled}
	c.Actions = []Action{
		{Key: ask.Key{Press: "ctrl-l"}, Do: func(_ context.Context, name string) error { did = append(did, "login "+name); return nil }},
		{Key: ask.Key{Press: "ctrl-o"}, Do: func(_ context.Context, name string) error {
			did = append(did, "console "+name)
			err := fails[0]
			fails = fails[1:]
			return err
		}},
		{Key: ask.Key{Press: "ctrl-r"}, Takes: true, Do: func(_ context.Context, name string) error { did = append(did, "region "+name); return nil }},
	}
	var reported []error
	c.Report = func(err error) { reported = append(reported, err) }
	c.Again = func() []profiles.Description {
		after := append(two(), profiles.Description{Profile: "other", Special: &profiles.Special{}}) // which was not offered
		after[1].Managed = true
		return after
	}
	name, err := c.One(t.Context(), "", two())
	if name != "prod" || err != nil || !slices.Equal(did, []string{"login prod", "console prod", "console prod", "region prod"}) {
		t.Errorf("%s, %v, %q", name, err, did)
	}
	if len(reported) != 1 || !errors.Is(reported[0], broken) {
		t.Errorf("reported: %v", reported)
	}
	second := (*shown)[1]
	if second.Query != "pr" || len(second.Rows) != 2 || len(second.Keys) != 3 || (*shown)[2].Query != "prod" {
		t.Errorf("%+v", second)
	}
	if _, err := c.One(t.Context(), "", two()); !errors.Is(err, ask.ErrCancelled) {
		t.Error(err)
	}
}

// TestSeveral: more than one; the keys of one profile are not there.
func TestSeveral(t *testing.T) {
	c, shown := chooser(t, ask.Choice{Rows: []int{1, 0}})
	c.Actions = []Action{{Key: ask.Key{Press: "ctrl-l"}}}
	if names, err := c.Several(t.Context(), two()); !slices.Equal(names, []string{"prod", "dev"}) || err != nil {
		t.Errorf("%q, %v", names, err)
	}
	if p := (*shown)[0]; !p.Several || len(p.Keys) > 0 {
		t.Errorf("%+v", p)
	}
	if names, err := c.Several(t.Context(), two()); len(names) > 0 || !errors.Is(err, ask.ErrCancelled) {
		t.Errorf("%q, %v", names, err)
	}
}
