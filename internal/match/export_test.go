package match

// What the test of the picker types, at what.
var (
	Many    = many
	Queries = queries
)
