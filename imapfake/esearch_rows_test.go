package imapfake

import (
	"time"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
	"github.com/mailfakes/mailfakes/mailtest/message"
)

// offering is a row's setup of a server that offers only these capabilities,
// with an INBOX.
func offering(list string, fill func(b *mailstore.Mailbox)) func(*Server) {
	return func(srv *Server) {
		caps(list)(srv)
		inbox(fill)(srv)
	}
}

// sixMails have the UIDs 2, 3, 5, 6, 7 and 9; 3, 6 and 7 are flagged.
func sixMails(b *mailstore.Mailbox) {
	for uid := 1; uid <= 9; uid++ {
		var flags []string
		if uid == 3 || uid == 6 || uid == 7 {
			flags = []string{`\Flagged`}
		}
		addMail(b, plain, flags...)
	}
	b.Expunge([]uint32{1, 4, 8})
}

// esearchRows are the rows about ESEARCH and what came with it.
var esearchRows = []row{
	{id: "imap-esearch", state: "examine", setup: offering("ESEARCH", sixMails), script: `
		C: a SEARCH RETURN (MIN MAX COUNT ALL) FLAGGED
		S: * ESEARCH (TAG "a") MIN 2 MAX 5 COUNT 3 ALL 2,4:5
		S: a OK ...
		C: b UID SEARCH RETURN (MIN MAX COUNT ALL) FLAGGED
		S: * ESEARCH (TAG "b") UID MIN 3 MAX 7 COUNT 3 ALL 3,6:7
		S: b OK ...
		C: c SEARCH RETURN () ALL
		S: * ESEARCH (TAG "c") ALL 1:6
		S: c OK ...
		C: d SEARCH RETURN (MIN) FLAGGED
		S: * ESEARCH (TAG "d") MIN 2
		S: d OK ...
		C: e SEARCH RETURN (MIN MAX ALL COUNT) DELETED
		S: * ESEARCH (TAG "e") COUNT 0
		S: e OK ...
		C: f UID SEARCH RETURN (MIN ALL) DELETED
		S: * ESEARCH (TAG "f") UID
		S: f OK ...
		C: g SEARCH RETURN (COUNT) CHARSET UTF-8 SUBJECT hi
		S: * ESEARCH (TAG "g") COUNT 6
		S: g OK ...
		C: h SEARCH FLAGGED
		S: * SEARCH 2 4 5
		S: h OK ...
		C: i SEARCH RETURN (BOGUS) ALL
		S: i BAD ...
		C: j SEARCH RETURN ALL
		S: j BAD ...
		C: k SEARCH RETURN (ALL)
		S: k BAD ...
		# SAVE and PARTIAL aren't offered.
		C: l SEARCH RETURN (SAVE) ALL
		S: l BAD ...
		C: m SEARCH $
		S: m BAD ...
		C: n SEARCH RETURN (PARTIAL 1:2) ALL
		S: n BAD ...`},
	{id: "imap-searchres", state: "examine", setup: offering("ESEARCH SEARCHRES", sixMails), script: `
		C: a FETCH $ UID
		S: a OK ...
		C: b SEARCH RETURN (SAVE) FLAGGED
		S: b OK ...
		C: c FETCH $ UID
		S: * 2 FETCH (UID 3)
		S: * 4 FETCH (UID 6)
		S: * 5 FETCH (UID 7)
		S: c OK ...
		C: d UID FETCH $ FLAGS
		S: * 2 FETCH (UID 3 FLAGS (...))
		S: * 4 FETCH (UID 6 FLAGS (...))
		S: * 5 FETCH (UID 7 FLAGS (...))
		S: d OK ...
		C: e SEARCH NOT $
		S: * SEARCH 1 3 6
		S: e OK ...
		C: f UID SEARCH RETURN (SAVE COUNT) $ UID 5:*
		S: * ESEARCH (TAG "f") UID COUNT 2
		S: f OK ...
		C: g SEARCH UID $
		S: * SEARCH 4 5
		S: g OK ...
		C: h SEARCH RETURN (SAVE MIN) FLAGGED
		S: * ESEARCH (TAG "h") MIN 2
		S: h OK ...
		C: i FETCH $ UID
		S: * 2 FETCH (UID 3)
		S: i OK ...
		C: j SEARCH RETURN (SAVE MIN MAX) FLAGGED
		S: * ESEARCH (TAG "j") MIN 2 MAX 5
		S: j OK ...
		C: k SEARCH $
		S: * SEARCH 2 5
		S: k OK ...
		# BAD leaves it, NO empties it.
		C: l SEARCH RETURN (SAVE) BOGUS
		S: l BAD ...
		C: m SEARCH $
		S: * SEARCH 2 5
		S: m OK ...
		C: n SEARCH RETURN (SAVE) CHARSET x TEXT y
		S: n NO [BADCHARSET ...] ...
		C: o SEARCH $
		S: * SEARCH
		S: o OK ...
		C: p SEARCH RETURN (SAVE) DELETED
		S: p OK ...
		C: q FETCH $ UID
		S: q OK ...
		C: r SEARCH RETURN (SAVE) ALL
		S: r OK ...
		C: s SELECT INBOX
		S! skip
		S: s OK ...
		C: t SEARCH $
		S: * SEARCH
		S: t OK ...
		C: u SEARCH RETURN (SAVE) FLAGGED
		S: u OK ...
		C: v STORE $ +FLAGS.SILENT (\Deleted)
		S: v OK ...
		C: w UID COPY $ INBOX
		S! skip
		S: w OK ...
		C: x EXPUNGE
		S! skip
		S: x OK ...
		C: y SEARCH $
		S: * SEARCH
		S: y OK ...`},
	{id: "imap-within", state: "examine", setup: offering("WITHIN", func(b *mailstore.Mailbox) {
		for _, age := range []time.Duration{10 * time.Hour, 2 * time.Hour, time.Minute} {
			b.Append(message.New("", nil, nil), nil, time.Now().Add(-age))
		}
	}), script: `
		C: a SEARCH YOUNGER 3600
		S: * SEARCH 3
		S: a OK ...
		C: b SEARCH OLDER 3600
		S: * SEARCH 1 2
		S: b OK ...
		C: c SEARCH YOUNGER 10800 OLDER 600
		S: * SEARCH 2
		S: c OK ...
		C: d SEARCH OLDER 0
		S: d BAD ...
		C: e SEARCH YOUNGER -1
		S: e BAD ...`},
	{id: "imap-partial", state: "examine", setup: offering("ESEARCH SEARCHRES PARTIAL", sixMails), script: `
		C: a UID SEARCH RETURN (PARTIAL -1:-2) ALL
		S: * ESEARCH (TAG "a") UID PARTIAL (-1:-2 7,9)
		S: a OK ...
		C: b UID SEARCH RETURN (PARTIAL 2:4 COUNT) ALL
		S: * ESEARCH (TAG "b") UID COUNT 6 PARTIAL (2:4 3,5:6)
		S: b OK ...
		C: c SEARCH RETURN (PARTIAL 5:100) ALL
		S: * ESEARCH (TAG "c") PARTIAL (5:100 5:6)
		S: c OK ...
		C: d SEARCH RETURN (PARTIAL 7:9) ALL
		S: * ESEARCH (TAG "d") PARTIAL (7:9 NIL)
		S: d OK ...
		C: e SEARCH RETURN (PARTIAL -100:-5) FLAGGED
		S: * ESEARCH (TAG "e") PARTIAL (-100:-5 NIL)
		S: e OK ...
		C: f SEARCH RETURN (PARTIAL 1:2 ALL) ALL
		S: f BAD ...
		C: f1 SEARCH RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL
		S: f1 BAD ...
		C: g SEARCH RETURN (PARTIAL 1:-2) ALL
		S: g BAD ...
		C: h SEARCH RETURN (PARTIAL 0:2) ALL
		S: h BAD ...
		C: i UID FETCH 3:* FLAGS (PARTIAL -1:-2)
		S: * 5 FETCH (UID 7 FLAGS (...))
		S: * 6 FETCH (UID 9 FLAGS (...))
		S: i OK ...
		C: j UID FETCH 1:1000 (FLAGS) (PARTIAL 2:2)
		S: * 2 FETCH (UID 3 FLAGS (...))
		S: j OK ...
		C: j1 UID FETCH 1:1000 (FLAGS) (PARTIAL 2:2 PARTIAL 3:3)
		S: j1 BAD ...
		C: k UID FETCH 1:* FLAGS (PARTIAL 50:60)
		S: k OK ...
		C: l FETCH 1:6 FLAGS (PARTIAL 1:2)
		S: l BAD ...
		C: m SEARCH RETURN (SAVE PARTIAL 1:2) FLAGGED
		S: * ESEARCH (TAG "m") PARTIAL (1:2 2,4)
		S: m OK ...
		C: n SEARCH $
		S: * SEARCH 2 4
		S: n OK ...`},
}
