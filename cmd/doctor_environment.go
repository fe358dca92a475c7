package cmd

import (
	"context"

	"guise/internal/awsenv"
)

// environment: what wins over a profile in some SDK.
func (d *doctor) environment(context.Context) {
	for _, name := range awsenv.Rivals() {
		if d.Getenv(name) != "" {
			d.set(serious, name, "it wins over the profile in some or all SDKs")
		}
	}
	if value := d.Getenv(awsenv.DefaultProfile); value != "" && value != d.Getenv(awsenv.Profile) {
		what := awsenv.DefaultProfile + " is " + value
		if active := d.Getenv(awsenv.Profile); active != "" {
			what += ", and " + awsenv.Profile + " is " + active
		}
		d.found(finding{
			Check: "environment", Severity: serious, What: what, Fix: "unset " + awsenv.DefaultProfile,
			Why: "boto3 and the AWS CLI 1 prefer AWS_DEFAULT_PROFILE, the JavaScript SDK does not read it, others prefer AWS_PROFILE" +
				ifAny(d.setIn(awsenv.DefaultProfile), "; it is set in "),
		})
	}
	if d.Getenv(awsenv.BedrockToken) != "" {
		d.set(warning, awsenv.BedrockToken, "SDKs call Bedrock with it, whatever the profile is; guise leaves it alone")
	}
}

// set is a finding about a variable that should not be set.
func (d *doctor) set(severity, name, why string) {
	fix := "unset " + name
	if severity == serious {
		fix += "   # guise use does so too"
	}
	d.found(finding{
		Check: "environment", Severity: severity, What: name + " is set in this terminal",
		Why: why + ifAny(d.setIn(name), "; it is set in "), Fix: fix,
	})
}
