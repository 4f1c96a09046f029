package imapfake

import (
	"strings"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// structure writes the BODY of a message (RFC 3501 section 7.4.2), or its
// BODYSTRUCTURE, which is BODY with extension data.
func (e *encoder) structure(p *message.Part, extended bool) {
	e.byte('(')
	if isMultipartType(p) {
		e.multipart(p, extended)
	} else {
		e.singlePart(p, extended)
	}
	e.byte(')')
}

func (e *encoder) multipart(p *message.Part, extended bool) {
	for _, child := range p.Parts {
		e.structure(child, extended)
	}
	if len(p.Parts) == 0 {
		// The grammar wants a part: a text with the whole body, as
		// BODY[1] then gives it.
		e.standIn(len(p.BodyBytes()), p.Lines(), extended)
	}
	e.sp()
	e.string(p.Subtype)
	if !extended {
		return
	}
	e.sp()
	e.params(p.Params)
	f := bodyFieldsOf(p)
	e.dispositionToLocation(p, &f)
}

// standIn writes the structure of a text that stands for what isn't there.
func (e *encoder) standIn(size, lines int, extended bool) {
	e.raw(`("text" "plain" NIL NIL NIL "7bit" `)
	e.num(uint64(size))
	e.sp()
	e.num(uint64(lines))
	if extended {
		e.raw(" NIL NIL NIL NIL")
	}
	e.byte(')')
}

func (e *encoder) singlePart(p *message.Part, extended bool) {
	f := bodyFieldsOf(p)
	e.string(p.Type)
	e.sp()
	e.string(p.Subtype)
	e.sp()
	if p.Params == nil && f.contentType == "" && isTextType(p) {
		e.raw(`("charset" "us-ascii")`) // RFC 2045 section 5.2
	} else {
		e.params(p.Params)
	}
	e.sp()
	e.nstring(f.id)
	e.sp()
	e.nstring(f.description)
	e.sp()
	e.string(orElse(p.Encoding, "7bit"))
	e.sp()
	e.num(uint64(len(p.BodyBytes())))
	switch {
	case isMessageType(p):
		e.sp()
		e.enclosed(p, extended)
		e.sp()
		e.num(uint64(p.Lines()))
	case isTextType(p):
		e.sp()
		e.num(uint64(p.Lines()))
	}
	if extended {
		e.sp()
		e.nstring(f.md5)
		e.dispositionToLocation(p, &f)
	}
}

// enclosed writes the envelope and the body of the message in a message/rfc822.
// One that could not be looked into, being nested too deeply or encoded, has
// an empty envelope and body.
func (e *encoder) enclosed(p *message.Part, extended bool) {
	if !p.IsMessage() {
		e.raw(emptyEnvelope + " ")
		e.standIn(0, 0, extended)
		return
	}
	e.envelope(p.Parts[0])
	e.sp()
	e.structure(p.Parts[0], extended)
}

// dispositionToLocation writes the extension data that all parts have.
func (e *encoder) dispositionToLocation(p *message.Part, f *bodyFields) {
	e.sp()
	if p.Disposition == "" {
		e.raw("NIL")
	} else {
		e.byte('(')
		e.string(p.Disposition)
		e.sp()
		e.params(p.DispositionParams)
		e.byte(')')
	}
	e.sp()
	e.languages(f.language)
	e.sp()
	e.nstring(f.location)
}

// languages writes Content-Language: one as a string, several as a list.
func (e *encoder) languages(value string) {
	tags := strings.FieldsFunc(value, func(r rune) bool {
		return r == ',' || r == ' ' || r == '\t'
	})
	if len(tags) <= 1 {
		e.nstring(strings.Join(tags, ""))
		return
	}
	sep := byte('(')
	for _, tag := range tags {
		e.byte(sep)
		e.string(tag)
		sep = ' '
	}
	e.byte(')')
}

// params writes a list of parameters in order, NIL if there are none.
func (e *encoder) params(list []message.Param) {
	if len(list) == 0 {
		e.raw("NIL")
		return
	}
	e.byte('(')
	for i, p := range list {
		if i > 0 {
			e.sp()
		}
		e.string(p.Name)
		e.sp()
		e.string(p.Value)
	}
	e.byte(')')
}

// bodyFields are the fields of a part that go into its structure and are not
// in the tree.
type bodyFields struct {
	contentType, id, description, md5, language, location string
}

// bodyFieldsOf collects them in one pass, each the first of its name.
func bodyFieldsOf(p *message.Part) (f bodyFields) {
	for name, field := range p.RawFields() {
		if len(name) < len("Content-") || !equalFoldASCII(name[:len("Content-")], "Content-") {
			continue
		}
		if to := f.of(name[len("Content-"):]); to != nil && *to == "" {
			*to = message.FieldValue(field)
		}
	}
	return f
}

func (f *bodyFields) of(name []byte) *string {
	switch {
	case equalFoldASCII(name, "Type"):
		return &f.contentType
	case equalFoldASCII(name, "ID"):
		return &f.id
	case equalFoldASCII(name, "Description"):
		return &f.description
	case equalFoldASCII(name, "MD5"):
		return &f.md5
	case equalFoldASCII(name, "Language"):
		return &f.language
	case equalFoldASCII(name, "Location"):
		return &f.location
	}
	return nil
}

func isMultipartType(p *message.Part) bool { return strings.EqualFold(p.Type, "multipart") }

func isTextType(p *message.Part) bool { return strings.EqualFold(p.Type, "text") }

// isMessageType reports whether the grammar wants an envelope and a body for
// the part, whether or not the tree has them.
func isMessageType(p *message.Part) bool {
	return strings.EqualFold(p.Type, "message") &&
		(strings.EqualFold(p.Subtype, "rfc822") || strings.EqualFold(p.Subtype, "global"))
}
