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

	// CONDSTORE and QRESYNC; UIDs in FETCH come with MODSEQ here.
	"NOOP":                           "UIDs in FETCH that come unasked, which RFC 7162 section 3.2.4 wants with QRESYNC; HIGHESTMODSEQ in NOOP's OK there",
	"STORE 1 +FLAGS.SILENT (\\Seen)": "a UID with MODSEQ, as above",
	"STORE 1 (UNCHANGEDSINCE 1) +FLAGS (\\Draft)":              "what has become of the messages that failed is told (RFC 7162 section 3.1.3)",
	"UID STORE 1:2 (UNCHANGEDSINCE 1) +FLAGS.SILENT (\\Draft)": "as above",
	"STATUS INBOX (HIGHESTMODSEQ)":                             "CLIENTBUG for STATUS of the selected mailbox isn't sent",
	"STATUS INBOX (MESSAGES UIDNEXT)":                          "as above",
	"SELECT INBOX (QRESYNC (0 1))":                             "a UIDVALIDITY isn't 0 (RFC 7162 section 7)",
	"SELECT INBOX (QRESYNC (1 0))":                             "a mod-sequence isn't 0 (RFC 7162 section 7)",
	"SELECT INBOX (QRESYNC 1 1)":                               "the SELECT before has failed here, so that nothing is closed",

	"SUBSCRIBE Gone":                                 "a name without a mailbox can be subscribed (RFC 3501 section 6.3.6); there it can't",
	`LIST (SUBSCRIBED) "" *`:                         "as above; and the attributes of CHILDREN",
	`LIST (SUBSCRIBED RECURSIVEMATCH) "" %`:          "as above",
	`LIST "" Work RETURN (STATUS (MESSAGES UNSEEN))`: "the attributes of CHILDREN",
	`LIST (REMOTE) "" Work RETURN ()`:                "as above",

	"SEARCH RETURN (ALL) KEYWORD none":          "a search makes a keyword there",
	"STORE 1:2 +FLAGS ($MDNSent)":               "as above",
	"SEARCH RETURN (PARTIAL 3:2) ALL":           "the range is echoed as it was asked for (RFC 5267 section 5); there in order",
	"UID SEARCH RETURN (MIN MAX ALL COUNT) 1:3": "another order of the results, which are free in it (RFC 4731 section 3.1)",
	"SORT (DATE) X-NONE ALL":                    "the charsets that would do are told",

	"FETCH 2 BINARY.PEEK[1.1]":               "a literal8 is sent only for data with NUL (RFC 3516 section 4.2)",
	"FETCH 2 BINARY.PEEK[1.1]<2.5>":          "as above",
	"FETCH 2 BINARY[1.2]":                    "the FLAGS that the command has changed come last here",
	"FETCH 2 BINARY.PEEK[9]":                 "a part that isn't there is NIL here, empty there",
	"FETCH 2 BINARY.SIZE[2]<0.1>":            "BINARY.SIZE has no partial (RFC 3516 section 7)",
	"FETCH 2 BINARY.PEEK[1.MIME]":            "BINARY has numbers only (RFC 3516 section 7)",
	`APPEND INBOX CATENATE (URL "nonsense")`: "BADURL for all URLs that can't be read; there not for what is no URL",

	"NOTIFY SET (PERSONAL (FlagChange))":                                 "MessageNew and MessageExpunge must be there (RFC 5465 section 5)",
	"NOTIFY SET (PERSONAL (MessageNew))":                                 "as above",
	"NOTIFY SET (SELECTED (MailboxName))":                                "an event that the selected mailbox can't have is an error (RFC 5465 section 6.1)",
	"NOTIFY SET (PERSONAL (Weather))":                                    "an unknown event is NO, not BAD, and BADEVENT lists the known ones (RFC 5465 section 3.1)",
	"NOTIFY SET (PERSONAL (MessageNew MessageExpunge AnnotationChange))": "as above",
	"NOTIFY SET STATUS (PERSONAL (MessageNew MessageExpunge))":           "UNSEEN is told with FlagChange only",

	"FETCH 1 UID": "CLIENTBUG in the wrong state",
	"CLOSE":       "as above",
	"ENABLE":      "ENABLE wants an argument (RFC 5161 section 4)",
	"ID NIL":      "another name",
	"NOOP extra":  "an argument that the grammar doesn't have",
}
