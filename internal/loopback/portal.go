package loopback

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// An Account is one of the organisation, and the roles that the user has there.
type Account struct {
	ID, Name, Email string
	Roles           []string
}

// SetOrganisation sets the accounts that SSO opens.
func (a *AWS) SetOrganisation(accounts []Account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.organisation = accounts
}

// AssignLater grants a role in an account to those who sign in after a sign-out, as the
// portal does with a permission set that is new: others do not see it (aws/aws-cli 9041).
func (a *AWS) AssignLater(account, role string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unseen = append(a.unseen, [2]string{account, role})
}

// seen grants what was assigned since the sign-in. The caller holds the lock.
func (a *AWS) seen() {
	for i := range a.organisation {
		for _, one := range a.unseen {
			if one[0] == a.organisation[i].ID {
				a.organisation[i].Roles = append(a.organisation[i].Roles, one[1])
			}
		}
	}
	a.unseen = nil
}

// SetLives sets how long SSO tokens and the credentials of SSO roles last.
func (a *AWS) SetLives(token, role time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tokenLife, a.roleLife = token, role
}

// SetSession sets how long the sessions of the access portal last that begin from now on,
// whatever is renewed meanwhile; 0: as long as they are renewed.
func (a *AWS) SetSession(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessionLife = d
}

// RevokeRefresh makes all refresh tokens invalid; with access, the tokens too.
func (a *AWS) RevokeRefresh(access bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for token, g := range a.tokens {
		g.refresh = ""
		if access {
			delete(a.tokens, token)
		}
	}
	for key := range a.consoleSessions {
		delete(a.consoleSessions, key)
	}
}

// SignedIn returns an access token as a sign-in does that was made before.
func (a *AWS) SignedIn() (access string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	access = "aoaAAAA" + randomSecret(120)
	a.tokens[access] = &grant{who: a.person, ends: a.clock().Add(a.tokenLife)}
	return access
}

// StartURL is the access portal's.
func (a *AWS) StartURL() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.startURL()
}

func (a *AWS) startURL() string {
	if a.portal != "" {
		return a.portal
	}
	return a.base + "/start"
}

// SetPortal sets the start URL that the IAM Identity Center is known by, in the place of
// this server's own.
func (a *AWS) SetPortal(startURL string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.portal = startURL
}

// origin is where a request has come to: the address of this server, or another address or
// name that a test has led here, one of AWS's own over TLS.
func (a *AWS) origin(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (a *AWS) bearer(r *http.Request) *refusal {
	g, ok := a.tokens[r.Header.Get("X-Amz-Sso_bearer_token")]
	if !ok || !a.clock().Before(g.ends) || g.isOver(a.clock()) {
		return refuse(http.StatusUnauthorized, "UnauthorizedException", "Session token not found or invalid")
	}
	return nil
}

func (a *AWS) listAccounts(r *http.Request, _ []byte) (any, *refusal) {
	if refused := a.bearer(r); refused != nil {
		return nil, refused
	}
	page, next, refused := pageOf(r, len(a.organisation))
	if refused != nil {
		return nil, refused
	}
	list := []map[string]string{}
	for _, account := range a.organisation[page[0]:page[1]] {
		list = append(list, map[string]string{"accountId": account.ID, "accountName": account.Name, "emailAddress": account.Email})
	}
	return paged("accountList", list, next), nil
}

func (a *AWS) listRoles(r *http.Request, _ []byte) (any, *refusal) {
	if refused := a.bearer(r); refused != nil {
		return nil, refused
	}
	id := r.URL.Query().Get("account_id")
	i := slices.IndexFunc(a.organisation, func(one Account) bool { return one.ID == id })
	if i < 0 {
		return nil, refuse(http.StatusForbidden, "ForbiddenException", "No access")
	}
	page, next, refused := pageOf(r, len(a.organisation[i].Roles))
	if refused != nil {
		return nil, refused
	}
	list := []map[string]string{}
	for _, role := range a.organisation[i].Roles[page[0]:page[1]] {
		list = append(list, map[string]string{"roleName": role, "accountId": id})
	}
	return paged("roleList", list, next), nil
}

// pageOf returns the bounds of the page asked for, and the token of the next.
func pageOf(r *http.Request, n int) (bounds [2]int, next string, refused *refusal) {
	size, from := 20, 0
	if text := r.URL.Query().Get("max_result"); text != "" {
		var err error
		if size, err = strconv.Atoi(text); err != nil || size < 1 || size > 100 {
			return bounds, "", bad("max_result must be from 1 to 100")
		}
	}
	if text := r.URL.Query().Get("next_token"); text != "" {
		var err error
		if from, err = strconv.Atoi(text); err != nil || from < 0 || from > n {
			return bounds, "", bad("next_token")
		}
	}
	to := min(from+size, n)
	if to < n {
		next = strconv.Itoa(to)
	}
	return [2]int{from, to}, next, nil
}

func paged(name string, list any, next string) map[string]any {
	answer := map[string]any{name: list}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer
}

func (a *AWS) roleCredentials(r *http.Request, _ []byte) (any, *refusal) {
	if refused := a.bearer(r); refused != nil {
		return nil, refused
	}
	q := r.URL.Query()
	id, name := q.Get("account_id"), q.Get("role_name")
	granted := slices.ContainsFunc(a.organisation, func(one Account) bool { return one.ID == id && slices.Contains(one.Roles, name) })
	if !granted {
		return nil, refuse(http.StatusForbidden, "ForbiddenException", "No access")
	}
	got := a.issue(credentials{role: a.reserved(id, name), session: a.tokens[r.Header.Get("X-Amz-Sso_bearer_token")].who}, a.roleLife)
	return map[string]any{"roleCredentials": map[string]any{
		"accessKeyId": got.id, "secretAccessKey": got.secret, "sessionToken": got.token, "expiration": got.expires.UnixMilli(),
	}}, nil
}

// reserved is the IAM role that stands for a permission set in an account.
func (a *AWS) reserved(account, name string) *Role {
	arn := SSORole(account, name)
	if role, ok := a.roles[arn]; ok {
		return role
	}
	a.roles[arn] = &Role{ARN: arn, MaxDuration: longestRole * time.Second}
	return a.roles[arn]
}

// SSORole is the ARN of the IAM role that stands for a permission set.
func SSORole(account, name string) string {
	return "arn:aws:iam::" + account + ":role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_" + name + "_0123456789abcdef"
}

func (a *AWS) portalLogout(r *http.Request, _ []byte) (any, *refusal) {
	if refused := a.bearer(r); refused != nil {
		return nil, refused
	}
	delete(a.tokens, r.Header.Get("X-Amz-Sso_bearer_token"))
	a.seen()
	return struct{}{}, nil
}
