package imapfake

import "github.com/mailfakes/mailfakes/mailtest/mailstore"

func toSort(b *mailstore.Mailbox) {
	at(b, "2026-02-05T00:00:00Z", "Date: Mon, 2 Feb 2026 10:00:00 +0000\r\nFrom: Zoe <bob@example.com>\r\nTo: x@example.com\r\nSubject: Re: [list] banana\r\n\r\n")
	at(b, "2026-02-04T00:00:00Z", "Date: Mon, 2 Feb 2026 10:30:00 +0100\r\nFrom: alice@example.com\r\nTo: Team: y@example.com;\r\nCc: c@example.com\r\nSubject: apple\r\n\r\nlonger\r\n")
	at(b, "2026-02-03T00:00:00Z", "Date: nonsense\r\nFrom: =?utf-8?q?=C3=81ron?= <Carol@example.com>\r\nSubject: =?utf-8?q?=C3=84pfel?=\r\n\r\n")
	at(b, "2026-02-06T00:00:00Z", "Date: Sun, 1 Feb 2026 10:00:00 +0000\r\nFrom: ALICE@example.com\r\nTo: a@example.com\r\nSubject: Banana (fwd)\r\n\r\n")
}

// sortRows are the rows about SORT and THREAD.
var sortRows = []row{
	{id: "imap-sort", state: "examine", setup: offering("SORT ESEARCH", toSort), script: `
		C: a SORT (ARRIVAL) US-ASCII ALL
		S: * SORT 3 2 1 4
		S: a OK ...
		C: b SORT (REVERSE ARRIVAL) UTF-8 ALL
		S: * SORT 4 1 2 3
		S: b OK ...
		# By time, whatever the zone; without a date, by arrival.
		C: c SORT (DATE) UTF-8 ALL
		S: * SORT 4 2 1 3
		S: c OK ...
		# The base subject, in any case; ties stay in order.
		C: d SORT (SUBJECT) UTF-8 ALL
		S: * SORT 3 2 1 4
		S: d OK ...
		C: e SORT (SUBJECT REVERSE DATE) UTF-8 ALL
		S: * SORT 3 2 1 4
		S: e OK ...
		C: f SORT (REVERSE SUBJECT) UTF-8 ALL
		S: * SORT 1 4 2 3
		S: f OK ...
		# The mailbox of the first address, not its name.
		C: g SORT (FROM) UTF-8 ALL
		S: * SORT 2 4 1 3
		S: g OK ...
		C: h SORT (TO) UTF-8 ALL
		S: * SORT 3 4 2 1
		S: h OK ...
		C: i SORT (CC) UTF-8 ALL
		S: * SORT 1 3 4 2
		S: i OK ...
		C: j SORT (REVERSE SIZE) UTF-8 1:2
		S: * SORT 2 1
		S: j OK ...
		C: k UID SORT (ARRIVAL) UTF-8 SUBJECT banana
		S: * SORT 1 4
		S: k OK ...
		C: l SORT (DATE) UTF-8 DELETED
		S: * SORT
		S: l OK ...
		C: m SORT (DATE) KOI8-R ALL
		S: m NO [BADCHARSET (US-ASCII UTF-8)] ...
		C: n SORT (BOGUS) UTF-8 ALL
		S: n BAD ...
		C: o SORT () UTF-8 ALL
		S: o BAD ...
		C: p SORT (DATE) UTF-8
		S: p BAD ...
		C: q SORT (REVERSE) UTF-8 ALL
		S: q BAD ...
		C: r SORT (DISPLAYFROM) UTF-8 ALL
		S: r BAD ...
		C: s SORT RETURN (ALL) (DATE) UTF-8 ALL
		S: s BAD ...`},
	{id: "imap-sort-display", state: "examine", setup: offering("SORT SORT=DISPLAY", toSort), script: `
		C: a SORT (DISPLAYFROM) UTF-8 ALL
		S: * SORT 2 4 3 1
		S: a OK ...
		C: b SORT (DISPLAYTO) UTF-8 ALL
		S: * SORT 3 4 2 1
		S: b OK ...
		C: c SORT (REVERSE DISPLAYFROM) UTF-8 ALL
		S: * SORT 1 3 2 4
		S: c OK ...`},
	{id: "imap-esort", state: "examine", setup: offering("SORT ESORT ESEARCH SEARCHRES PARTIAL", toSort), script: `
		C: a SORT RETURN () (DATE) UTF-8 ALL
		S: * ESEARCH (TAG "a") ALL 4,2,1,3
		S: a OK ...
		C: b UID SORT RETURN (MIN MAX COUNT) (DATE) UTF-8 ALL
		S: * ESEARCH (TAG "b") UID MIN 4 MAX 3 COUNT 4
		S: b OK ...
		C: c SORT RETURN (COUNT ALL) (ARRIVAL) UTF-8 DELETED
		S: * ESEARCH (TAG "c") COUNT 0
		S: c OK ...
		C: d SORT RETURN (PARTIAL 1:2) (DATE) UTF-8 ALL
		S: * ESEARCH (TAG "d") PARTIAL (1:2 4,2)
		S: d OK ...
		C: e SORT RETURN (SAVE) (DATE) UTF-8 SUBJECT banana
		S: e OK ...
		C: f SEARCH $
		S: * SEARCH 1 4
		S: f OK ...
		C: g SORT (DATE) UTF-8 ALL
		S: * SORT 4 2 1 3
		S: g OK ...`},
	{id: "imap-thread", state: "examine", setup: offering(
		"THREAD=ORDEREDSUBJECT THREAD=REFERENCES THREAD=REFS", toThread), script: `
		C: a THREAD ORDEREDSUBJECT UTF-8 ALL
		S: * THREAD (1 (2)(3)(4)(5))(6)(7)(8)(9)
		S: a OK ...
		# 3 and 4 answer 2, which answers 1. Nobody has what 5 answers, but its
		# subject is that of 1. 6 and 7 answer a message that isn't there.
		C: b THREAD REFERENCES US-ASCII ALL
		S: * THREAD (1 (2 (3)(4))(5))((6)(7))(8)(9)
		S: b OK ...
		C: c THREAD REFS US-ASCII ALL
		S: * THREAD (1 2 (3)(4))(5)((6)(7))(8)(9)
		S: c OK ...
		C: d UID THREAD REFERENCES UTF-8 2:3
		S: * THREAD (2 3)
		S: d OK ...
		# Without 2, what answers it goes up to 1.
		C: e THREAD REFERENCES UTF-8 1,3:4
		S: * THREAD (1 (3)(4))
		S: e OK ...
		C: f THREAD REFERENCES UTF-8 6
		S: * THREAD (6)
		S: f OK ...
		C: g THREAD ORDEREDSUBJECT UTF-8 DELETED
		S: * THREAD
		S: g OK ...
		C: h THREAD BOGUS UTF-8 ALL
		S: h BAD ...
		C: i THREAD REFS x-none ALL
		S: i NO [BADCHARSET (US-ASCII UTF-8)] ...
		C: j THREAD REFS UTF-8
		S: j BAD ...`},
}

func toThread(b *mailstore.Mailbox) {
	for i, m := range []string{
		"Message-ID: <1@x>\r\nSubject: first\r\n",
		"Message-ID: <2@x>\r\nSubject: Re: first\r\nIn-Reply-To: <1@x> <0@x>\r\n",
		"Message-ID: <3@x>\r\nSubject: Re: first\r\nReferences: <1@x>\r\n <2@x>\r\n",
		"Message-ID: <4@x>\r\nSubject: Re: first\r\nReferences: <1@x> <2@x>\r\n",
		"Message-ID: <5@x>\r\nSubject: RE: First\r\n",
		"Message-ID: <6@x>\r\nSubject: other\r\nReferences: <gone@x>\r\n",
		"Message-ID: <7@x>\r\nSubject: another\r\nReferences: <gone@x>\r\n",
		// The same Message-ID once more, and one that answers itself.
		"Message-ID: <1@x>\r\nSubject: third\r\n",
		"Message-ID: <9@x>\r\nSubject:\r\nIn-Reply-To: <9@x>\r\n",
	} {
		at(b, "2026-02-02T00:00:0"+string(rune('0'+i))+"Z", m+"\r\n")
	}
}
