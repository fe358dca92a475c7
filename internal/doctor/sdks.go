package doctor

import (
	"context"

	"guise/internal/sdk"
	"guise/shell"
)

// sdks: what botocore and the Go SDK do not read alike. Names that one of them
// does not see are another check's.
func (x *examination) sdks(context.Context) {
	by := sdk.Read(x.sdkFiles())
	if broken := by.Botocore.Broken; broken != nil {
		x.add(Finding{
			Check: "sdks", Severity: Serious, What: broken.Error(), Why: "the AWS CLI and every Python program fail with every profile; other SDKs ignore it",
			Fix: shell.Edit(broken.Path, broken.Line),
		})
		return
	}
	for _, p := range x.profiles {
		difference, differ := sdk.Compare(by.Botocore, by.Go, p.Name)
		if !differ || difference.Unseen() {
			continue
		}
		f := Finding{Check: "sdks", Severity: Warning, What: difference.Text(), Why: "which identity a program uses depends on its SDK"}
		if !difference.Clashes() {
			f.Why = "whether a program gets credentials depends on its SDK"
		}
		if difference.Line > 0 {
			f.Fix = shell.Edit(difference.Path, difference.Line)
		}
		x.add(f)
	}
}
