package custody

// A kernelKey names up to 128 bytes that the kernel keeps until the next boot, for all
// processes of the user: on Linux alone. Elsewhere there is never one.
type kernelKey string
