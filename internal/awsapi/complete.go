package awsapi

import (
	"slices"
	"strings"
)

// RegionsLike returns the regions whose names begin with what is typed, each with a tab
// and its place.
func RegionsLike(typed string) (lines []string) {
	for _, r := range Regions {
		if strings.HasPrefix(r.Name, typed) {
			lines = append(lines, r.Name+"\t"+r.Place)
		}
	}
	return lines
}

// ServicesLike returns the console's services whose names begin with what is typed, sorted,
// each with a tab and its path.
func ServicesLike(typed string) (lines []string) {
	for _, s := range Services {
		if s.Name != "" && strings.HasPrefix(s.Name, typed) {
			lines = append(lines, s.Name+"\t"+s.Path)
		}
	}
	slices.Sort(lines)
	return lines
}
