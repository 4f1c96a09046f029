package wire

import (
	"crypto/tls"
	"testing"
)

func BenchmarkHandshake(b *testing.B) {
	conf := clientTLS()
	b.Run("floor=BareTLS", func(b *testing.B) {
		cert, _ := theCA().leaf("mail.example.com")
		srv := &tls.Config{Certificates: []tls.Certificate{*cert}}
		for b.Loop() {
			c, s := Pipe()
			done := make(chan struct{})
			go func() { tls.Server(s, srv).Handshake(); close(done) }()
			if err := tls.Client(c, conf).Handshake(); err != nil {
				b.Fatal(err)
			}
			<-done
		}
	})
	b.Run("implicit", func(b *testing.B) {
		h := &Host{Name: "toy", Serve: serveToy}
		defer h.Close()
		for b.Loop() {
			c, _ := h.Dial(b.Context(), ImplicitTLS)
			if err := tls.Client(c, conf).Handshake(); err != nil {
				b.Fatal(err)
			}
			c.Close()
		}
	})
}
