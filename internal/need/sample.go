package need

import "os"

// Sample is whether a test of thousands of runs takes some of them: with -short, and where
// it is one of thousands itself, each of a program with another mistake (make mutants).
func Sample() bool { return Short() || os.Getenv("MUTANT") != "" || os.Getenv("MUTANTS_REACHED") != "" }
