//go:build !guisetest

package custody

// costOfNew is the Cost of a vault that says none: age's own.
const costOfNew = 0
