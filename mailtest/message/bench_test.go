package message

import (
	"bytes"
	"io"
	"strconv"
	"testing"

	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// go-message, reading the same, is the floor.

func BenchmarkParse(b *testing.B) {
	raw := []byte(welcome)
	b.Run("message", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			Parse(raw)
		}
	})
	b.Run("go-message", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			if err := readAll(raw); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// readAll reads the subject, the addresses and all parts with go-message.
func readAll(raw []byte) error {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	for _, name := range []string{"From", "To", "Cc"} {
		if _, err := r.Header.AddressList(name); err != nil {
			return err
		}
	}
	if _, err := r.Header.Subject(); err != nil {
		return err
	}
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, p.Body); err != nil {
			return err
		}
	}
}

func BenchmarkTree(b *testing.B) {
	raw := []byte(welcome)
	b.Run("message", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			parseTree(raw)
		}
	})
	b.Run("go-message", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			e, err := gomessage.Read(bytes.NewReader(raw))
			if err != nil {
				b.Fatal(err)
			}
			if err := e.Walk(func([]int, *gomessage.Entity, error) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, n := range []int{500, 1000, 2000} {
		raw := []byte(nestedMultiparts(n))
		b.Run("nested "+strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				parseTree(raw)
			}
		})
	}
}

func BenchmarkLint(b *testing.B) {
	m := welcomeMessage()
	b.ReportAllocs()
	for b.Loop() {
		m.Lint(Lint{Bulk: true})
	}
}
