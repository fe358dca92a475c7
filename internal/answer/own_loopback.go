//go:build loopbackaws

package answer

const loopbackIsAWS = true
