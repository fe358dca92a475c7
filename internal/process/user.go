package process

import "os/user"

// UserName is the name that the user of this process has logged in with; empty where nobody
// knows it.
func UserName(getenv func(string) string) string {
	if name := getenv("USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return ""
}
