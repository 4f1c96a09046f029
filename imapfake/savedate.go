package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// saveDateExtension is SAVEDATE (RFC 8514): when a message came to the
// mailbox that it is in.
var saveDateExtension = extension{
	caps: []imap.Cap{imap.CapSaveDate},
	fetchItems: []fetchItem{
		{name: "SAVEDATE", cap: imap.CapSaveDate, parse: fetchSaveDate},
	},
	searchKeys: []searchKey{
		{name: "SAVEDBEFORE", cap: imap.CapSaveDate, parse: dateKey(savedDay, before)},
		{name: "SAVEDON", cap: imap.CapSaveDate, parse: dateKey(savedDay, on)},
		{name: "SAVEDSINCE", cap: imap.CapSaveDate, parse: dateKey(savedDay, since)},
		{name: "SAVEDATESUPPORTED", cap: imap.CapSaveDate, parse: searchAll},
	},
}

func fetchSaveDate(p *parser, f *fetch) {
	f.add("SAVEDATE", func(e *encoder, m *mailstore.Entry) {
		e.buf = appendDateTime(e.buf, m.Saved)
	})
}

func savedDay(m *mailstore.Entry) day { return dayOf(m.Saved) }
