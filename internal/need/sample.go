package need

import "os"

// Sample is whether a test of thousands of runs takes some of them: it is one of
// thousands itself, each on a program with a mistake of its own (make mutants).
func Sample() bool { return os.Getenv("MUTANT") != "" }
