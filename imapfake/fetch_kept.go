package imapfake

import (
	"bytes"
	"sync"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// kept is what FETCH works out of a message once and keeps with it, since
// clients list the same messages again and again.
type kept struct {
	envelope, body, bodyStructure, preview keptText

	sort sortData
}

// A keptText is the text of an item as it goes to most clients. Those that
// take UTF-8 in quoted strings get another.
type keptText struct {
	once sync.Once
	text []byte
}

// kept writes an item of a message from what is kept.
func (e *encoder) kept(k *keptText, m *message.Message, write func(*encoder, *message.Part)) {
	if e.utf8 {
		write(e, m.Tree())
		return
	}
	k.once.Do(func() {
		var own encoder
		write(&own, m.Tree())
		k.text = bytes.Clone(own.buf)
	})
	e.buf = append(e.buf, k.text...)
}

func (e *encoder) body(p *message.Part) { e.structure(p, false) }

func (e *encoder) bodyStructure(p *message.Part) { e.structure(p, true) }
