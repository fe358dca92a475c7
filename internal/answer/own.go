//go:build !loopbackaws

package answer

// loopbackIsAWS makes the loopback AWS of tests count as AWS's own: by the build
// tag loopbackaws, which no release has.
const loopbackIsAWS = false
