package loopback

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Session policies. Users and roles may do everything here; a session that has policies may
// do what one of them allows and none denies ("Session policies" in the IAM user guide).

// A statement is one of a policy.
type statement struct {
	Effect   string
	Action   oneOrMore
	Resource oneOrMore
}

// oneOrMore is a text of a policy, or a list of them.
type oneOrMore []string

func (all *oneOrMore) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		*all = make(oneOrMore, 1)
		return json.Unmarshal(data, &(*all)[0])
	}
	return json.Unmarshal(data, (*[]string)(all))
}

// managedPolicies are the policies of AWS's own that can narrow a session, by their names.
// Of each there is as much as the services here can tell.
func managedPolicies() map[string]string {
	return map[string]string{
		"AdministratorAccess":      `"*"`,
		"ReadOnlyAccess":           `["dynamodb:BatchGet*","dynamodb:Describe*","dynamodb:Get*","dynamodb:List*","dynamodb:Query","dynamodb:Scan","iam:Get*","iam:List*","s3:Get*","s3:List*","sts:GetCallerIdentity"]`,
		"AmazonDynamoDBFullAccess": `"dynamodb:*"`,
		"AmazonS3ReadOnlyAccess":   `["s3:Get*","s3:List*","s3:Describe*"]`,
	}
}

// The limits of session policies: API reference of AssumeRole. How the packed size is
// measured AWS does not say; here it is that of the deflated text.
const (
	longestPolicy = 2048
	mostPolicies  = 10
	packedRoom    = 1024
)

// sessionPolicies reads Policy and PolicyArns of a call. There are none where it has
// neither: nil.
func sessionPolicies(form url.Values, partition string) ([]statement, *refusal) {
	var arns []string
	for i := 1; form.Has("PolicyArns.member." + strconv.Itoa(i) + ".arn"); i++ {
		arns = append(arns, form.Get("PolicyArns.member."+strconv.Itoa(i)+".arn"))
	}
	inline := form.Get("Policy")
	switch {
	case inline == "" && arns == nil:
		return nil, nil
	case len(inline) > longestPolicy:
		return nil, refuse(http.StatusBadRequest, "ValidationError", "1 validation error detected: Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to "+strconv.Itoa(longestPolicy))
	case len(arns) > mostPolicies:
		return nil, refuse(http.StatusBadRequest, "ValidationError", "1 validation error detected: Value at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to "+strconv.Itoa(mostPolicies))
	}
	all := []statement{}
	if inline != "" {
		got, err := statements(inline)
		if err != nil {
			return nil, refuse(http.StatusBadRequest, "MalformedPolicyDocument", err.Error())
		}
		all = got
	}
	for _, arn := range arns {
		name, known := strings.CutPrefix(arn, "arn:"+partition+":iam::aws:policy/")
		actions, there := managedPolicies()[name]
		if !known || !there {
			return nil, refuse(http.StatusBadRequest, "MalformedPolicyDocument", "The policy "+arn+" is not valid for this session.")
		}
		got, _ := statements(`{"Statement":{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}}`)
		all = append(all, got...)
	}
	if percent := packed(inline, arns, tagsOf(form)) * 100 / packedRoom; percent > 100 {
		return nil, refuse(http.StatusBadRequest, "PackedPolicyTooLarge", "Packed policy consumes "+strconv.Itoa(percent)+"% of allotted space, please use smaller policy.")
	}
	return all, nil
}

// packed is how long the policies and tags of a session are together.
func packed(inline string, arns []string, tags map[string]string) int {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	_, _ = io.WriteString(w, inline+strings.Join(arns, ""))
	for key, value := range tags {
		_, _ = io.WriteString(w, key+value)
	}
	_ = w.Close()
	return b.Len()
}

// statements reads a policy. One with elements that this AWS does not go by is refused: to
// pass them over would allow more, or less, than AWS does.
func statements(policy string) ([]statement, error) {
	var document struct {
		Version, ID string
		Statement   json.RawMessage
	}
	if err := strictly([]byte(policy), &document); err != nil {
		return nil, err
	}
	var all []statement
	one := []byte(document.Statement)
	if len(one) > 0 && one[0] == '{' {
		one = append(append([]byte("["), one...), ']')
	}
	var read []struct {
		statement
		Sid string
	}
	if err := strictly(one, &read); err != nil {
		return nil, err
	}
	for _, s := range read {
		if s.Effect != "Allow" && s.Effect != "Deny" || len(s.Action) == 0 || len(s.Resource) == 0 {
			return nil, errMalformed
		}
		all = append(all, s.statement)
	}
	if len(all) == 0 {
		return nil, errMalformed
	}
	return all, nil
}

type malformed string

func (e malformed) Error() string { return string(e) }

const errMalformed = malformed("Syntax errors in policy.")

func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(into) != nil || d.More() {
		return errMalformed
	}
	return nil
}

// mayNot refuses an action that the policies of the caller's session do not allow; nil
// where they do. GetCallerIdentity nobody can forbid.
func (c *credentials) mayNot(action, resource string) *refusal {
	if c.policies == nil || action == "sts:GetCallerIdentity" {
		return nil
	}
	covers := func(effect string) func(statement) bool {
		return func(s statement) bool {
			return s.Effect == effect &&
				slices.ContainsFunc(s.Action, func(pattern string) bool { return fits(strings.ToLower(pattern), strings.ToLower(action)) }) &&
				slices.ContainsFunc(s.Resource, func(pattern string) bool { return fits(pattern, resource) })
		}
	}
	why := " because no session policy allows the " + action + " action"
	if slices.ContainsFunc(c.policies, covers("Deny")) {
		why = " with an explicit deny in a session policy"
	} else if slices.ContainsFunc(c.policies, covers("Allow")) {
		return nil
	}
	return refuse(http.StatusForbidden, "AccessDenied", "User: "+c.arn()+" is not authorized to perform: "+action+" on resource: "+resource+why)
}

// fits reports whether a text is as a pattern says: * is any text, ? any character.
func fits(pattern, text string) bool {
	for i := range len(pattern) {
		switch {
		case pattern[i] == '*':
			for from := 0; from <= len(text)-i; from++ {
				if fits(pattern[i+1:], text[i+from:]) {
					return true
				}
			}
			return false
		case i >= len(text) || pattern[i] != '?' && pattern[i] != text[i]:
			return false
		}
	}
	return len(pattern) == len(text)
}
