package doctor

import (
	"context"

	"guise/internal/awsenv"
)

// environment: what wins over a profile in some SDK.
func (x *examination) environment(context.Context) {
	for _, name := range awsenv.Rivals {
		if x.Getenv(name) != "" {
			x.set(Serious, name, "it wins over the profile in some or all SDKs")
		}
	}
	if value := x.Getenv(awsenv.DefaultProfile); value != "" && value != x.Getenv(awsenv.Profile) {
		what := awsenv.DefaultProfile + " is " + value
		if active := x.Getenv(awsenv.Profile); active != "" {
			what += ", and " + awsenv.Profile + " is " + active
		}
		x.add(Finding{
			Check: "environment", Severity: Serious, What: what, Fix: "unset " + awsenv.DefaultProfile,
			Why: "boto3 and the AWS CLI 1 prefer AWS_DEFAULT_PROFILE, the JavaScript SDK does not read it, others prefer AWS_PROFILE" +
				ifAny(x.setIn(awsenv.DefaultProfile), "; it is set in "),
		})
	}
	if x.Getenv(awsenv.BedrockToken) != "" {
		x.set(Warning, awsenv.BedrockToken, "SDKs call Bedrock with it, whatever the profile is; guise leaves it alone")
	}
}

// set is a finding about a variable that should not be set.
func (x *examination) set(severity, name, why string) {
	fix := "unset " + name
	if severity == Serious {
		fix += "   # guise use does so too"
	}
	x.add(Finding{
		Check: "environment", Severity: severity, What: name + " is set in this terminal",
		Why: why + ifAny(x.setIn(name), "; it is set in "), Fix: fix,
	})
}
