package main

import "io"

func bench(io.Reader) error { return nil }
