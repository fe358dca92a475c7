//go:build !linux

package secretstore

// reachable: the store is part of the operating system.
func reachable(func(string) string) error { return nil }
