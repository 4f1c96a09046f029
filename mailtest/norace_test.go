//go:build !race

package mailtest_test

// racing is whether the race detector is on.
const racing = false
