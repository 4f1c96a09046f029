package imapfake

import (
	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// Caps is what a server offers. What isn't offered doesn't exist: its commands
// and items are refused as a server without them would. Use one of the ready sets, change a
// copy of one, or write one of your own:
//
//	srv.Caps = imapfake.Gmail
//	srv.Caps = imapfake.Caps{After: "IMAP4rev1 IDLE MOVE"}
type Caps struct {
	// After is the list that CAPABILITY gives after login (RFC 3501
	// section 7.2.1). "*" stands for all that the server knows; a word
	// that it doesn't know is offered as it is. "" is that of Usual.
	// Limits are as clients see them: APPENDLIMIT=1000, MESSAGELIMIT=50
	// (RFC 9738), SAVELIMIT=50.
	After string
	// Before is the list before login. "" is what of After is of use
	// then. STARTTLS, LOGINDISABLED and AUTH= are offered as the
	// connection and the Server's Mechanisms have it; those that are in the
	// list keep their place in it, and its AUTH= are the mechanisms of a
	// Server without Mechanisms.
	Before string
	// Delim is the hierarchy delimiter on the wire, "" is "/". In the
	// store it is always "/".
	Delim string
	// Prefix is what the names of all mailboxes but INBOX begin with on the
	// wire, such as "INBOX.": the personal namespace (RFC 2342).
	Prefix string

	ready   bool     // leave out what isn't implemented
	attrs   bool     // special-use attributes without SPECIAL-USE
	folders []folder // that accounts have from the first login on
}

// A folder is a mailbox with a special use (RFC 6154).
type folder struct {
	name string
	use  imap.MailboxAttr // "" for a name that can't be selected
}

// Ready sets: don't assign to them, change a copy. The ones named after a
// service or a product offer what it offers by default, with its delimiter and
// the names of its special-use mailboxes. Words of its own that no client
// command goes with are among them.
var (
	// Bare is RFC 3501 and nothing else.
	Bare = Caps{After: "IMAP4rev1"}

	// Usual is what most servers have and clients rely on. It is what the
	// zero Caps stands for.
	Usual = Caps{ready: true, After: "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS " +
		"UNSELECT CHILDREN MOVE SPECIAL-USE ESEARCH LIST-EXTENDED " +
		"LIST-STATUS STATUS=SIZE CONDSTORE"}

	// Everything is all that the server knows.
	Everything = Caps{After: "*"}

	// Gmail has CONDSTORE without QRESYNC, labels, and no SORT.
	Gmail = Caps{ready: true,
		Before: "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID !XLIST CHILDREN " +
			"X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN " +
			"AUTH=OAUTHBEARER",
		After: "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID !XLIST CHILDREN " +
			"X-GM-EXT-1 UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH " +
			"UTF8=ACCEPT LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE " +
			"APPENDLIMIT=35651584",
		folders: []folder{
			{"[Gmail]", ""},
			{"[Gmail]/All Mail", imap.MailboxAttrAll}, {"[Gmail]/Drafts", imap.MailboxAttrDrafts},
			{"[Gmail]/Important", imap.MailboxAttrImportant}, {"[Gmail]/Sent Mail", imap.MailboxAttrSent},
			{"[Gmail]/Spam", imap.MailboxAttrJunk}, {"[Gmail]/Starred", imap.MailboxAttrFlagged},
			{"[Gmail]/Trash", imap.MailboxAttrTrash},
		}}

	// ExchangeOnline has few extensions: no ENABLE, no CONDSTORE, no
	// SPECIAL-USE, no ESEARCH.
	ExchangeOnline = Caps{ready: true,
		Before: "!IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID " +
			"UNSELECT CHILDREN IDLE NAMESPACE LITERAL+",
		After: "!IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS MOVE ID " +
			"UNSELECT !CLIENTACCESSRULES !CLIENTNETWORKPRESENCELOCATION " +
			"!BACKENDAUTHENTICATE CHILDREN IDLE NAMESPACE LITERAL+",
		folders: []folder{
			{"Archive", imap.MailboxAttrArchive}, {"Deleted Items", imap.MailboxAttrTrash},
			{"Drafts", imap.MailboxAttrDrafts}, {"Junk Email", imap.MailboxAttrJunk},
			{"Sent Items", imap.MailboxAttrSent},
		}}

	// Dovecot is Dovecot 2.4, with the delimiter of a Maildir.
	Dovecot = Caps{ready: true, Delim: ".",
		Before: "IMAP4rev1 SASL-IR !LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ " +
			"STARTTLS LOGINDISABLED AUTH=PLAIN",
		After: "IMAP4rev1 SASL-IR !LOGIN-REFERRALS ID ENABLE IDLE SORT " +
			"SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT " +
			"MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE " +
			"UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT " +
			"SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE REPLACE " +
			"PREVIEW SPECIAL-USE STATUS=SIZE SAVEDATE COMPRESS=DEFLATE " +
			"INPROGRESS NOTIFY METADATA LITERAL+ UTF8=ACCEPT",
		folders: commonFolders}

	// Cyrus is Cyrus IMAP 3, which has nearly every extension there is.
	Cyrus = Caps{ready: true,
		Before: "IMAP4rev1 LITERAL+ ID ENABLE STARTTLS AUTH=PLAIN SASL-IR",
		After: "IMAP4rev1 IMAP4rev2 LITERAL+ ID ENABLE ACL RIGHTS=kxte QUOTA " +
			"!MAILBOX-REFERRALS NAMESPACE UIDPLUS UNSELECT CHILDREN " +
			"MULTIAPPEND BINARY CATENATE CONDSTORE ESEARCH ESORT SEARCH=FUZZY " +
			"SORT SORT=DISPLAY THREAD=ORDEREDSUBJECT THREAD=REFERENCES " +
			"THREAD=REFS WITHIN QRESYNC SCAN MULTISEARCH METADATA " +
			"LIST-EXTENDED LIST-STATUS LIST-MYRIGHTS LIST-METADATA SPECIAL-USE " +
			"CREATE-SPECIAL-USE MOVE REPLACE NOTIFY OBJECTID SAVEDATE PREVIEW " +
			"PARTIAL UIDONLY INPROGRESS SEARCHRES STATUS=SIZE APPENDLIMIT " +
			"QUOTASET JMAPACCESS IDLE COMPRESS=DEFLATE UTF8=ACCEPT",
		folders: commonFolders}

	// Yahoo has no IDLE and no CONDSTORE.
	Yahoo = Caps{ready: true, attrs: true,
		Before: "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE " +
			"NAMESPACE !XYMHIGHESTMODSEQ UIDPLUS LITERAL+ CHILDREN !X-MSG-EXT " +
			"UNSELECT OBJECTID",
		After: "IMAP4rev1 SASL-IR ID MOVE NAMESPACE !XYMHIGHESTMODSEQ UIDPLUS " +
			"LITERAL+ CHILDREN !X-MSG-EXT UNSELECT OBJECTID",
		folders: []folder{
			{"Archive", imap.MailboxAttrArchive}, {"Bulk", imap.MailboxAttrJunk},
			{"Draft", imap.MailboxAttrDrafts}, {"Sent", imap.MailboxAttrSent},
			{"Trash", imap.MailboxAttrTrash},
		}}

	// ICloud has QRESYNC, and no MOVE and no LITERAL+.
	ICloud = Caps{ready: true, attrs: true,
		Before: "XAPPLEPUSHSERVICE !IMAP4 IMAP4rev1 SASL-IR AUTH=PLAIN",
		After: "XAPPLEPUSHSERVICE !IMAP4 IMAP4rev1 ENABLE QUOTA BINARY CATENATE " +
			"CHILDREN CONDSTORE ESEARCH ESORT ID IDLE LIST-STATUS METADATA " +
			"MULTISEARCH NAMESPACE QRESYNC SASL-IR SEARCHRES SORT " +
			"THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDPLUS UNSELECT WITHIN",
		folders: []folder{
			{"Archive", imap.MailboxAttrArchive}, {"Deleted Messages", imap.MailboxAttrTrash},
			{"Drafts", imap.MailboxAttrDrafts}, {"Junk", imap.MailboxAttrJunk},
			{"Sent Messages", imap.MailboxAttrSent},
		}}
)

var commonFolders = []folder{
	{"Drafts", imap.MailboxAttrDrafts}, {"Junk", imap.MailboxAttrJunk},
	{"Sent", imap.MailboxAttrSent}, {"Trash", imap.MailboxAttrTrash},
}

// makeFolders gives an account the mailboxes that it lacks.
func (o *offer) makeFolders(a *mailstore.Account) {
	for _, f := range o.folders {
		if a.Find(f.name) == nil && f.use != "" {
			a.Mailbox(f.name).SetUse(string(f.use))
		}
	}
	for _, f := range o.folders {
		if f.use == "" {
			a.Delete(f.name) // it has children, so that the name stays
		}
	}
}
