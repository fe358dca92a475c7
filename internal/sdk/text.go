package sdk

import "strings"

// Text says what the SDKs differ on: who each is, why, and the line.
func (d Difference) Text() string {
	who := func(p Plan, err error) string {
		if err != nil {
			return "has no credentials (" + err.Error() + ")"
		}
		return "uses " + p.String()
	}
	said := []string{d.Profile + ": botocore (AWS CLI, boto3) " + who(d.Botocore, d.BotocoreErr), "the Go SDK " + who(d.Go, d.GoErr), d.Reason()}
	return strings.Join(said, "; ")
}
