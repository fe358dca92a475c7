//go:build !linux

package custody

// reachable: the store is part of the operating system.
func reachable(func(string) string) error { return nil }
