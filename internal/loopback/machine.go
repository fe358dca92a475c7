package loopback

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const imdsRoles = "/latest/meta-data/iam/security-credentials/"

// SetMachine makes the loopback AWS the metadata service of an EC2 instance
// (IMDSv2 at its URL) and of a container (at URL/container, with the token that
// is given back), both with a role.
func (a *AWS) SetMachine(roleARN string) (containerToken string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.machineRole, a.taskRole, a.containerToken = roleARN, roleARN, rand.Text()
	return a.containerToken
}

// SetTask gives the container a role of its own, as a task on an instance has.
func (a *AWS) SetTask(roleARN string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.taskRole = roleARN
}

// imdsToken begins a session of IMDSv2: a request that came through a proxy
// gets none.
func (a *AWS) imdsToken(r *http.Request, _ []byte) (any, *refusal) {
	const lives = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	ttl, err := strconv.Atoi(r.Header.Get(lives))
	if err != nil || ttl < 1 || ttl > 21600 || r.Header.Get("X-Forwarded-For") != "" {
		return nil, refuse(http.StatusForbidden, "Forbidden", "no token")
	}
	token := rand.Text()
	a.imdsTokens[token] = a.clock().Add(time.Duration(ttl) * time.Second)
	return headed{lives, strconv.Itoa(ttl), token}, nil
}

func (a *AWS) imdsRole(r *http.Request, _ []byte) (any, *refusal) {
	if end, ok := a.imdsTokens[r.Header.Get("X-Aws-Ec2-Metadata-Token")]; !ok || !a.clock().Before(end) {
		return nil, refuse(http.StatusUnauthorized, "Unauthorized", "IMDSv2 wants a token")
	}
	role, ok := a.roles[a.machineRole]
	if !ok {
		return nil, refuse(http.StatusNotFound, "NotFound", "the instance has no role")
	}
	name := role.ARN[strings.LastIndex(role.ARN, "/")+1:]
	switch strings.TrimPrefix(r.URL.Path, imdsRoles) {
	case "":
		return name, nil
	case name:
		got := a.issue(credentials{role: role, session: "i-0123456789abcdef0"}, 6*time.Hour)
		return map[string]string{
			"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": a.clock().Format(time.RFC3339), "AccessKeyId": got.id,
			"SecretAccessKey": got.secret, "Token": got.token, "Expiration": got.expires.Format(time.RFC3339),
		}, nil
	}
	return nil, refuse(http.StatusNotFound, "NotFound", "no such role")
}

func (a *AWS) containerCredentials(r *http.Request, _ []byte) (any, *refusal) {
	role, ok := a.roles[a.taskRole]
	if !ok || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(a.containerToken)) != 1 {
		return nil, refuse(http.StatusUnauthorized, "AccessDenied", "wrong authorization token")
	}
	got := a.issue(credentials{role: role, session: "task"}, 6*time.Hour)
	return map[string]string{
		"RoleArn": role.ARN, "AccessKeyId": got.id, "SecretAccessKey": got.secret, "Token": got.token, "Expiration": got.expires.Format(time.RFC3339),
	}, nil
}
