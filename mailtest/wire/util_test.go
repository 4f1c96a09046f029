package wire

import "slices"

func equal(a, b []string) bool { return slices.Equal(a, b) }
