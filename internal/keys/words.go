package keys

import "strings"

// Words names places, with commas between them.
func Words(places []Place) string {
	var all []string
	for _, place := range places {
		all = append(all, place.String())
	}
	return strings.Join(all, ", ")
}
