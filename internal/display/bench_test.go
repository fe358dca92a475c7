package display

import (
	"fmt"
	"testing"
)

// BenchmarkTable is a list of ten thousand profiles.
func BenchmarkTable(b *testing.B) {
	t := Table{Columns: []Column{{Name: "PROFILE", Cut: 28}, {Name: "KIND", Drop: 2}, {Name: "ACCOUNT", Drop: 6}, {Name: "ROLE", Drop: 5, Cut: 16}, {Name: "REGION", Drop: 4}, {Name: "MFA", Drop: 1}, {Name: "MANAGED", Drop: 3}, {Name: "SESSION"}}}
	for i := range 10000 {
		t.Rows = append(t.Rows, []string{fmt.Sprintf("profile-%d", i), "role", "222222222222", "Developer", "eu-west-1", "yes", "yes", ""})
	}
	for _, width := range []int{0, 60} {
		b.Run(fmt.Sprint(width), func(b *testing.B) {
			for b.Loop() {
				Look{Width: width}.Table(t)
			}
		})
	}
}
