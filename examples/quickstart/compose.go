package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"time"

	"github.com/emersion/go-message/mail"
)

// newOrder composes what shops send: text and HTML side by side, and a picture
// attached.
func newOrder() ([]byte, error) {
	var h mail.Header
	h.SetDate(time.Date(2026, time.May, 4, 9, 30, 0, 0, time.UTC))
	h.SetAddressList("From", []*mail.Address{{Name: "Zoë Müller", Address: sender}})
	to := make([]*mail.Address, len(visible))
	for i, addr := range visible {
		to[i] = &mail.Address{Address: addr}
	}
	h.SetAddressList("To", to)
	h.SetSubject("Your order № 1024 – thank you")
	h.SetMessageID("order-1024@shop.example")

	var buf bytes.Buffer
	m, err := mail.CreateWriter(&buf, h)
	if err != nil {
		return nil, err
	}
	if err := addBodies(m); err != nil {
		return nil, err
	}
	if err := addPicture(m); err != nil {
		return nil, err
	}
	err = m.Close()
	return buf.Bytes(), err
}

func addBodies(m *mail.Writer) error {
	alt, err := m.CreateInline()
	if err != nil {
		return err
	}
	for _, b := range []struct{ mediaType, text string }{
		{"text/plain", "Dear Alice,\r\n\r\nyour tea cups are on their way: 12 €.\r\n" +
			"https://shop.example/orders/1024\r\n"},
		{"text/html", "<p>Dear Alice,</p>\r\n<p>your tea cups are on their way: 12&nbsp;€. " +
			"<a href=\"https://shop.example/orders/1024\">Track them</a></p>\r\n"},
	} {
		var h mail.InlineHeader
		h.SetContentType(b.mediaType, map[string]string{"charset": "utf-8"})
		if err := writePart(alt.CreatePart(h))([]byte(b.text)); err != nil {
			return err
		}
	}
	return alt.Close()
}

func addPicture(m *mail.Writer) error {
	var buf bytes.Buffer
	if err := png.Encode(&buf, picture()); err != nil {
		return err
	}
	var h mail.AttachmentHeader
	h.SetContentType("image/png", nil)
	h.SetFilename("Teetasse größer.png")
	return writePart(m.CreateAttachment(h))(buf.Bytes())
}

// writePart returns what writes a whole part and closes it.
func writePart(w io.WriteCloser, err error) func([]byte) error {
	return func(data []byte) error {
		if err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
		return w.Close()
	}
}

// picture draws a cup, more or less.
func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for y := 16; y < 56; y++ {
		for x := 12 + y/8; x < 52-y/8; x++ {
			m.Set(x, y, color.RGBA{R: 0xb0, G: uint8(4 * x), B: uint8(4 * y), A: 0xff})
		}
	}
	return m
}
