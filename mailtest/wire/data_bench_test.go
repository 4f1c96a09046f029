package wire

import (
	"io"
	"testing"
)

const mebi = 1 << 20

func BenchmarkUpload(b *testing.B) {
	data := make([]byte, mebi)
	b.Run("floor=BarePipe", func(b *testing.B) {
		b.SetBytes(mebi)
		c, s := Pipe()
		go func() {
			buf := make([]byte, 64<<10)
			for {
				if _, err := io.ReadFull(s, buf); err != nil {
					return
				}
			}
		}()
		for b.Loop() {
			c.Write(data)
		}
		c.Close()
	})
	b.Run("Window", func(b *testing.B) {
		b.SetBytes(mebi)
		h := &Host{Name: "bench", Serve: func(c *Conn) {
			for {
				w, err := c.Window()
				if err != nil {
					return
				}
				c.Advance(len(w))
			}
		}}
		c, _ := h.Dial(b.Context(), Plain)
		for b.Loop() {
			c.Write(data)
		}
		c.Close()
		h.Close()
	})
}

func BenchmarkDownload(b *testing.B) {
	data := make([]byte, mebi)
	read := func(c io.Reader, b *testing.B) {
		b.SetBytes(mebi)
		buf := make([]byte, 64<<10)
		for b.Loop() {
			for range mebi / len(buf) {
				io.ReadFull(c, buf)
			}
		}
	}
	b.Run("floor=BarePipe", func(b *testing.B) {
		c, s := Pipe()
		go func() {
			for {
				if _, err := s.Write(data); err != nil {
					return
				}
			}
		}()
		read(c, b)
		c.Close()
	})
	b.Run("WriteData", func(b *testing.B) {
		h := &Host{Name: "bench", Serve: func(c *Conn) {
			for {
				if _, err := c.WriteData(data); err != nil {
					return
				}
			}
		}}
		c, _ := h.Dial(b.Context(), Plain)
		read(c, b)
		c.Close()
		h.Close()
	})
}
