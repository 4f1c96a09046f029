package imapfake

import (
	"strconv"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// A setting is one entry of SETMETADATA.
type setting struct {
	entry string
	value string
	ok    bool // false removes it
}

// runSetMetadata is SETMETADATA (RFC 5464 section 4.3): all or nothing.
func runSetMetadata(s *session, c *call) error {
	c.p.sp()
	name := c.p.mailbox()
	c.p.sp()
	var list []setting
	c.p.list1(func() {
		x := setting{entry: c.p.entryName()}
		c.p.sp()
		x.value, x.ok = c.p.value()
		list = append(list, x)
	})
	if err := c.p.end(); err != nil {
		return err
	}
	return s.setMetadata(name, list)
}

func (s *session) setMetadata(name string, list []setting) error {
	a, err := s.annotated(name, "r")
	if err != nil {
		return err
	}
	for i := range list {
		if err := a.check(&list[i]); err != nil {
			return err
		}
	}
	if err := a.checkCount(list); err != nil {
		return err
	}
	for _, x := range list {
		a.set(x)
	}
	return nil
}

// value takes an annotation's value; ok is false for NIL.
func (p *parser) value() (value string, ok bool) {
	if p.peek() == '~' {
		b, _ := p.anyLiteral()
		return string(b), true
	}
	return p.nstring()
}

// check returns the error of an entry that can't be set.
func (a annotated) check(x *setting) error {
	switch {
	case strings.Count(x.entry, "/") < 2:
		return no(imap.ResponseCodeCannot, "%s can't be set: it has only entries below it", x.entry)
	case a.of(x.entry) == nil:
		return no("METADATA NOPRIVATE", "There are no private annotations of others' mailboxes")
	case len(x.entry) > maxName:
		return beyond("Names of annotations may have %d octets", maxName)
	case x.ok && len(x.value) > a.s.cfg.maxMetadataBytes():
		return no(imap.ResponseCode("METADATA MAXSIZE "+strconv.Itoa(a.s.cfg.maxMetadataBytes())),
			"The value is too long")
	case a.box == nil && x.entry == "/shared/admin":
		return no(imap.ResponseCodeNoPerm, "/shared/admin is the administrator's")
	case a.isUse(x.entry):
		uses, err := a.s.checkUse(strings.Fields(x.value), a.box)
		x.value = strings.Join(uses, " ")
		return err
	case a.box != nil && !strings.HasPrefix(x.entry, "/private/"):
		return a.s.allow(a.box, "w")
	}
	return nil
}

// checkCount returns the error if there would be too many entries.
func (a annotated) checkCount(list []setting) error {
	added := 0
	for _, x := range list {
		if _, exists := a.get(x.entry); x.ok && !exists {
			added++
		}
	}
	if added > 0 && len(a.names())+added > a.s.cfg.maxMetadataEntries() {
		return no("METADATA TOOMANY", "There are %d annotations already", len(a.names()))
	}
	return nil
}

func (a annotated) set(x setting) {
	if a.isUse(x.entry) {
		a.box.SetUse(x.value)
		return
	}
	m := a.of(x.entry)
	a.s.ownMetadata(m, x)
	if x.ok {
		m.Set(x.entry, x.value)
	} else {
		m.Remove(x.entry)
	}
}
