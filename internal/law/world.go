//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"guise/internal/loopback"
)

// cast is who there is in the AWS of the law.
type cast struct {
	users  []loopback.User
	byEnv  loopback.User // whose keys are in the environment
	roles  []string      // assumed by any of the users and roles
	closed string        // a role that wants the external id
	tokens []string      // files of web identity tokens
	web    string        // a role for whoever has one
	helper string        // a credential process: helper NAME

	portals  []portal          // where people have signed in, or nobody has
	logins   map[string]string // the login_session of an `aws login` that was made: whose it is
	machines map[string]string // who the instance and the container are, by the kind of step
	onlyFrom map[string]string // a role for one of those alone, by the kind of step
	own      map[string]string // the environment in which a machine has something of its own
}

const external = "the-external-id"

// newCast makes users and roles in an AWS at a URL, and the files that profiles name.
func newCast(a *loopback.AWS, dir, url string) (cast, error) {
	c := cast{helper: filepath.Join(dir, "helper"), web: "arn:aws:iam::222222222222:role/web"}
	trusts := []string{"111111111111", "222222222222"}
	for i := range 6 {
		c.users = append(c.users, a.AddUser(loopback.User{Account: trusts[i%2], Name: fmt.Sprintf("user%d", i)}))
		c.roles = append(c.roles, fmt.Sprintf("arn:aws:iam::%s:role/role%d", trusts[i%2], i))
		a.AddRole(loopback.Role{ARN: c.roles[i], Trusts: trusts})
	}
	c.ofMachine(a, url)
	c.byEnv = a.AddUser(loopback.User{Account: trusts[0], Name: "env"})
	c.closed = "arn:aws:iam::222222222222:role/closed"
	a.AddRole(loopback.Role{ARN: c.closed, Trusts: trusts, ExternalID: external})
	a.AddRole(loopback.Role{ARN: c.web, Trusts: []string{"sub:0", "sub:1"}})
	for i := range 2 {
		path := filepath.Join(dir, fmt.Sprintf("token%d", i))
		c.tokens = append(c.tokens, path)
		if err := os.WriteFile(path, []byte(a.WebToken(fmt.Sprint(i), 12*time.Hour)), 0o600); err != nil {
			return c, err
		}
	}
	if err := c.signIn(a, dir, url); err != nil {
		return c, err
	}
	return c, os.WriteFile(c.helper, []byte(c.helperScript()), 0o700) //nolint:gosec // it is a program
}

// helperScript answers with the keys of the user that its first word names.
func (c cast) helperScript() string {
	var b strings.Builder
	b.WriteString("#!/bin/sh\ncase \"$1\" in\n")
	for _, u := range c.users {
		fmt.Fprintf(&b, "%s) printf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\"}' ;;\n", u.Name, u.AccessKeyID, u.SecretAccessKey)
	}
	b.WriteString("*) echo \"no user $1\" >&2; exit 1 ;;\nesac\n")
	return b.String()
}
