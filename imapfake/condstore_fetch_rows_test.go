package imapfake

// condStoreFetchRows are the rows about CONDSTORE and QRESYNC in FETCH and
// SEARCH. The messages begin with the mod-sequences 2, 3 and 4.
var condStoreFetchRows = []row{
	{id: "imap-cs-fetch", state: "select", mail: three, do: changes, script: `
		# The item enables CONDSTORE.
		C: a FETCH 1 (MODSEQ UID)
		S: * OK [HIGHESTMODSEQ 4] ...
		S: * 1 FETCH (MODSEQ (2) UID 1)
		S: a OK ...
		do: flag 3
		C: b FETCH 1:* (FLAGS) (CHANGEDSINCE 3)
		S: * 3 FETCH (FLAGS (\Flagged \Recent) MODSEQ (5))
		S: b OK ...
		C: c UID FETCH 1:3 UID (CHANGEDSINCE 2)
		S: * 2 FETCH (UID 2 MODSEQ (3))
		S: * 3 FETCH (UID 3 MODSEQ (5))
		S: c OK ...
		C: d FETCH 1:3 (UID MODSEQ) (CHANGEDSINCE 5)
		S: d OK ...
		# \Seen that FETCH sets is a change with a mod-sequence, too, but what
		# is passed over isn't changed.
		C: e FETCH 1:3 BODY[TEXT] (CHANGEDSINCE 4)
		S: * 3 FETCH (BODY[TEXT] {...}
		S! skip
		S:  MODSEQ (6) FLAGS (\Flagged \Seen \Recent))
		S: e OK ...
		C: f FETCH 1 BODY[]<0.1>
		S: * 1 FETCH (BODY[]<0> {1}
		S: ... FLAGS (\Seen \Recent) MODSEQ (7))
		S: f OK ...
		C: g FETCH 1 FLAGS (CHANGEDSINCE 0)
		S: g BAD ...
		C: h FETCH 1 FLAGS (CHANGEDSINCE 3 VANISHED)
		S: h BAD ...
		C2: a UID FETCH 1:* FLAGS (CHANGEDSINCE 6)
		S2: * OK [HIGHESTMODSEQ 7] ...
		S2: * 1 FETCH (UID 1 FLAGS (\Seen) MODSEQ (7))
		S2: a OK ...`},
	{id: "imap-cs-search", state: "select", mail: three, do: changes, script: `
		do: flag 1
		C: a SEARCH MODSEQ 4
		S: * OK [HIGHESTMODSEQ 5] ...
		S: * SEARCH 1 3 (MODSEQ 5)
		S! skip
		S: a OK ...
		C: b SEARCH MODSEQ "/flags/\\draft" all 3 2:3
		S: * SEARCH 2 3 (MODSEQ 4)
		S: b OK ...
		C: c SEARCH MODSEQ 6
		S: * SEARCH
		S: c OK ...
		C: d SEARCH RETURN (ALL COUNT) MODSEQ 3
		S: * ESEARCH (TAG "d") COUNT 3 ALL 1:3 MODSEQ 5
		S: d OK ...
		C: e SEARCH RETURN (MIN) UID 2:3 MODSEQ 1
		S: * ESEARCH (TAG "e") MIN 2 MODSEQ 3
		S: e OK ...
		C: f SEARCH RETURN (MIN MAX) MODSEQ 1
		S: * ESEARCH (TAG "f") MIN 1 MAX 3 MODSEQ 5
		S: f OK ...
		C: g SEARCH RETURN (COUNT) MODSEQ 100
		S: * ESEARCH (TAG "g") COUNT 0
		S: g OK ...
		C: h SEARCH MODSEQ "/flags/x" some 1
		S: h BAD ...
		C: i SEARCH MODSEQ
		S: i BAD ...`},
	{id: "imap-qr-fetch", state: "login", setup: everything, mail: three, do: changes, script: `
		C: a ENABLE QRESYNC
		S! skip
		S: a OK ...
		C: s SELECT INBOX
		S! skip
		S: s OK ...
		do: expunge 2
		do: flag 3
		C: b NOOP
		S: * VANISHED 2
		S! skip
		S: b OK ...
		C: c UID FETCH 1:* (FLAGS) (CHANGEDSINCE 4 VANISHED)
		S: * VANISHED (EARLIER) 2
		S: * 2 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (6))
		S: c OK ...
		C: d UID FETCH 3:* (FLAGS) (VANISHED CHANGEDSINCE 4)
		S: * 2 FETCH (UID 3 FLAGS (\Flagged \Recent) MODSEQ (6))
		S: d OK ...
		C: e UID FETCH 2 (FLAGS) (CHANGEDSINCE 4 VANISHED)
		S: * VANISHED (EARLIER) 2
		S: e OK ...
		C: f UID FETCH 1:* FLAGS (CHANGEDSINCE 6 VANISHED)
		S: f OK ...
		C: g UID FETCH 1:* FLAGS (VANISHED)
		S: g BAD ...
		C: h FETCH 1:2 FLAGS (CHANGEDSINCE 4 VANISHED)
		S: h BAD ...`},
}
