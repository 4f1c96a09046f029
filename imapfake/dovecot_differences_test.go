package imapfake

// dovecotDiffers has the commands that Dovecot 2.3 answers otherwise, each with
// the reason why.
var dovecotDiffers = map[string]string{
	`LIST "" *`:      "CREATE makes the parents mailboxes here; there they are \\Noselect (RFC 3501 section 6.3.3 allows both)",
	`LIST Work/ %`:   "as above",
	`LIST "" Work/%`: "as above",
	`LIST "" Work*`:  "a \\Noselect name without children stays here until it is deleted; there it vanishes",
	`LIST (SUBSCRIBED) "" * RETURN (CHILDREN)`: "another order of the attributes",
	`LIST "" (INBOX Job) RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT))`: "LIST-EXTENDED without RETURN (CHILDREN): " +
		"CHILDREN is offered, so the attributes are told all the same (RFC 5258 section 4 allows both)",
	"CREATE &bad":               "invalid modified UTF-7 is a syntax error here, a bad name there",
	`LIST "" &*`:                "as above; there it is a pattern that nothing fits",
	"DELETE Work/2026":          "it is a mailbox here (see LIST)",
	"DELETE INBOX":              "a response code of RFC 5530, which Dovecot doesn't send",
	"STATUS Missing (MESSAGES)": "as above",
	"SELECT Missing":            "as above",

	"SELECT INBOX":   "HIGHESTMODSEQ: Dovecot keeps no mod-sequences until a client has enabled them",
	"EXAMINE Copies": "as above",

	"FETCH 1:* (FLAGS UID RFC822.SIZE INTERNALDATE)": "the zone of APPEND is kept, the day is padded by a space (RFC 3501 section 9)",
	"FETCH 1 ALL":  "as above",
	"FETCH 1 FAST": "as above",
	"FETCH 1:2 BODY.PEEK[HEADER.FIELDS (Subject from)]": "the names are echoed as asked for, there in upper case",
	"FETCH 1 BODY.PEEK[HEADER.FIELDS.NOT (To Cc)]":      "as above",
	"FETCH 2 BODY.PEEK[4]":                              "a part that isn't there is NIL here, empty there",
	"FETCH 2 BINARY.PEEK[2]":                            "a literal8 is sent only for data with NUL (RFC 3516 section 4.2)",
	"FETCH 3 BODY[TEXT]":                                "the FLAGS that the command has changed come last here, first there",
	"FETCH 2 RFC822.TEXT":                               "as above",
	"FETCH 2 FLAGS":                                     "the flags of a message that was expunged meanwhile aren't told here",

	"STORE 2 +FLAGS ()":       "a STORE that changes nothing is echoed here",
	"STORE 1 +FLAGS (\\Seen)": "refused in a mailbox that EXAMINE has selected; there it does nothing",
	"EXPUNGE":                 "as above",

	"SEARCH CHARSET X-NONE SUBJECT x":                 "the charsets that would do are told (RFC 3501 section 7.1)",
	"SEARCH ON 99-May-2026":                           "no date by RFC 3501 section 9; there it is one that nothing fits",
	"UID SORT RETURN (COUNT ALL) (ARRIVAL) UTF-8 ALL": "another order of the results, and no range in sorted numbers",

	"STATUS Copies (MESSAGES UNSEEN UIDNEXT)": "the items come in the order they were asked for",
	"STATUS INBOX (MESSAGES UNSEEN)":          "CLIENTBUG for STATUS of the selected mailbox isn't sent (RFC 3501 section 6.3.10: SHOULD NOT)",

	"FETCH 1 UID": "CLIENTBUG in the wrong state",
	"CLOSE":       "as above",
	"ENABLE":      "ENABLE wants an argument (RFC 5161 section 4)",
	"ID NIL":      "another name",
	"NOOP extra":  "an argument that the grammar doesn't have",
}
