package message

import (
	"bytes"
	"strings"
)

// A Part is a node of a message's MIME tree (RFC 2045, RFC 2046), by offsets
// into the raw bytes. The tree is made of every message, however malformed;
// its depth and size are bounded, and what is beyond is a leaf's body.
type Part struct {
	// Raw[Start:Body] is the header with its blank line, Raw[Body:End] the
	// body. The root's Start is 0 and its End the message's length. The line
	// end before a delimiter belongs to the delimiter, unless it is the
	// header's.
	Start, Body, End int

	Type, Subtype     string  // as written, or "text", "plain" ("message", "rfc822" in a digest)
	Params            []Param // of Content-Type, in order, decoded (RFC 2231)
	Disposition       string  // as written, "" if the field is missing
	DispositionParams []Param
	Encoding          string // Content-Transfer-Encoding as written, without comments; "" if missing

	// Parts are the children of a multipart, or the one message in a
	// message/rfc822.
	Parts []*Part

	raw []byte // the whole message
}

// A Param is a parameter of a MIME header field.
type Param struct{ Name, Value string }

// A Field is a header field.
type Field struct {
	Name  string // as written
	Value string // unfolded, without white space around it, not decoded
	Raw   []byte // the whole field with its folded lines and line end
}

// HeaderBytes returns the header with its blank line, as it is.
func (p *Part) HeaderBytes() []byte { return p.raw[p.Start:p.Body:p.Body] }

// BodyBytes returns the body as it is, still encoded.
func (p *Part) BodyBytes() []byte { return p.raw[p.Body:p.End:p.End] }

// MediaType returns "type/subtype" in lower case.
func (p *Part) MediaType() string {
	return strings.ToLower(p.Type) + "/" + strings.ToLower(p.Subtype)
}

// IsMultipart reports whether p is a multipart with children.
func (p *Part) IsMultipart() bool {
	return len(p.Parts) > 0 && strings.EqualFold(p.Type, "multipart")
}

// IsMessage reports whether p is a message/rfc822 (or message/global) whose
// message is Parts[0].
func (p *Part) IsMessage() bool {
	return len(p.Parts) > 0 && strings.EqualFold(p.Type, "message")
}

// Param returns a parameter of Content-Type by its name in any case, "" if it
// is missing.
func (p *Part) Param(name string) string { return param(p.Params, name) }

func param(params []Param, name string) string {
	for _, p := range params {
		if strings.EqualFold(p.Name, name) {
			return p.Value
		}
	}
	return ""
}

// Decoded returns the body with its transfer encoding undone as far as it can
// be, and false if the encoding is unknown (the body is then as it is). The
// encoding of a multipart or a message is that of its parts, and ignored (RFC
// 2045 section 6.4).
func (p *Part) Decoded() ([]byte, bool) {
	if len(p.Parts) > 0 {
		return p.BodyBytes(), true
	}
	return decodeTransfer(p.Encoding, p.BodyBytes())
}

// Text returns the decoded body in UTF-8 by its charset, line ends as they
// are. Bytes that the charset doesn't have become U+FFFD, and so do those that
// aren't UTF-8 if the charset is unknown, US-ASCII or not given.
func (p *Part) Text() string {
	b, _ := p.Decoded()
	s, ok := DecodeCharset(p.charset(), b)
	if !ok {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return s
}

// charset is US-ASCII by default (RFC 2046 section 4.1.2).
func (p *Part) charset() string {
	if c := p.Param("charset"); c != "" {
		return c
	}
	return "us-ascii"
}

// Find returns the part with an IMAP part number (RFC 3501 section 6.4.5), nil
// if there is none: Find() is p, Find(1) of a part that is no multipart its
// only part, and numbers go on through a message/rfc822.
func (p *Part) Find(number ...int) *Part {
	whole := true // p is a message, and if it is no multipart its own part 1
	for _, n := range number {
		if p.IsMessage() && !whole {
			p, whole = p.Parts[0], true
		}
		switch {
		case p.IsMultipart() && 1 <= n && n <= len(p.Parts):
			p = p.Parts[n-1]
		case p.IsMultipart() || !whole || n != 1:
			return nil
		}
		whole = false
	}
	return p
}

// Lines counts the body's lines as BODYSTRUCTURE tells them. As with Dovecot
// and Cyrus these are the LFs: a last line without one doesn't count, and in a
// multipart the last line's belongs to the boundary.
func (p *Part) Lines() int { return bytes.Count(p.BodyBytes(), []byte("\n")) }
