//go:build !amd64

package inject

func olderCalls() map[int]form { return nil }
