//go:build race

package need

// Race is whether the test looks for data races.
const Race = true
