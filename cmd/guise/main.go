// Command guise switches a terminal between AWS profiles, and gives SDKs the session
// of each.
package main

import (
	"os"

	"guise/cmd"
)

func main() { os.Exit(cmd.Main(cmd.Here())) }
