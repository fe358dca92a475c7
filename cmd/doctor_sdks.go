package cmd

import (
	"context"
	"strings"

	"guise/internal/sdk"
)

// sdks: what botocore and the Go SDK do not read alike. Names that one of them
// does not see are another check's.
func (d *doctor) sdks(context.Context) {
	files := d.sdkFiles(d.files.Bytes())
	botocore, goSDK := sdk.Botocore(files), sdk.GoSDK(files)
	if broken := botocore.Broken; broken != nil {
		d.found(finding{
			Check: "sdks", Severity: serious, What: broken.Error(), Why: "the AWS CLI and every Python program fail with every profile; other SDKs read on",
			Fix: edit(broken.Path, broken.Line),
		})
		return
	}
	for _, p := range d.profiles {
		difference, differ := sdk.Compare(botocore, goSDK, p.Name)
		if !differ || difference.Unseen() {
			continue
		}
		f := finding{Check: "sdks", Severity: warning, What: differs(difference), Why: "which identity a program has depends on the language that it is written in"}
		if !difference.Clashes() {
			f.Why = "a program has credentials or none, depending on the language that it is written in"
		}
		if difference.Line > 0 {
			f.Fix = edit(difference.Path, difference.Line)
		}
		d.found(f)
	}
}

// differs says what the SDKs differ on: who each is, why, and the line.
func differs(d sdk.Difference) string {
	who := func(p sdk.Plan, err error) string {
		if err != nil {
			return "has no credentials (" + err.Error() + ")"
		}
		return "uses " + p.String()
	}
	said := []string{d.Profile + ": botocore (AWS CLI, boto3) " + who(d.Botocore, d.BotocoreErr), "the Go SDK " + who(d.Go, d.GoErr), d.Reason()}
	return strings.Join(said, "; ")
}
