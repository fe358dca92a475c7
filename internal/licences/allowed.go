package main

import "strings"

// A licence is known by phrases that all stand in its text, and by the most words that
// the text has beside its copyright lines: a condition that somebody has added makes it
// longer, and so unknown. Riders that are often seen are known by their own words.
type licence struct {
	name    string
	phrases []string
	longest int // words
}

// allowed are the licences that guise's modules may have. All of them let a program
// under the MIT licence be built and given away with the module in it, if the texts go
// with it. (MPL-2.0 would do for a module that is used as it is, whose source must be
// offered then; no module has it.)
func allowed() []licence {
	const asIs = `"as is"`
	return []licence{
		{"MIT", []string{
			"permission is hereby granted, free of charge, to any person obtaining a copy of this software",
			"the above copyright notice and this permission notice shall be included in all copies or substantial portions of the software", asIs,
		}, 175},
		{"BSD-3-Clause", []string{
			"redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met",
			"may be used to endorse or promote products derived from this software without specific prior written permission", asIs,
		}, 222},
		{"BSD-2-Clause", []string{
			"redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met", asIs,
		}, 190},
		{"ISC", []string{
			"permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted", asIs,
		}, 140},
		{"Apache-2.0", []string{
			"apache license version 2.0, january 2004", "1. definitions", "2. grant of copyright license", "3. grant of patent license", "4. redistribution",
			"5. submission of contributions", "6. trademarks", "7. disclaimer of warranty", "8. limitation of liability", "9. accepting warranty or additional liability",
		}, 1600},
		{"Go patent grant", []string{"additional ip rights grant (patents)", "google hereby grants to you a perpetual, worldwide, non-exclusive, no-charge, royalty-free, irrevocable"}, 240},
	}
}

// recognise gives the name of the licence that a text is; not ok where it is none of
// those allowed.
func recognise(text string) (name string, ok bool) {
	var kept []string
	for line := range strings.Lines(strings.ToLower(text)) {
		line = strings.Trim(line, " \t\r\n*#/-")
		if !strings.HasPrefix(line, "copyright ") && !strings.HasPrefix(line, "(c) ") {
			kept = append(kept, strings.Fields(strings.NewReplacer("“", `"`, "”", `"`, "``", `"`, "''", `"`).Replace(line))...)
		}
	}
	plain := strings.Join(kept, " ")
	for _, rider := range []string{"advertising materials", "commons clause", "commercial use", "noncommercial", "non-commercial"} {
		if strings.Contains(plain, rider) {
			return "", false
		}
	}
	for _, l := range allowed() {
		if len(kept) <= l.longest && l.in(plain) {
			return l.name, true
		}
	}
	return "", false
}

func (l licence) in(text string) bool {
	for _, phrase := range l.phrases {
		if !strings.Contains(text, phrase) {
			return false
		}
	}
	return true
}
