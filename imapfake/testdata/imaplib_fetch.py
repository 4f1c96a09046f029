"""Fetch and search with imaplib: HOST PORT, on a mailbox of three messages."""
import email
import imaplib
import sys

M = imaplib.IMAP4(sys.argv[1], int(sys.argv[2]))
M.login("alice@example.com", "secret")
M.select("INBOX", readonly=True)


def ok(reply):
    typ, data = reply
    assert typ == "OK", reply
    return data


def want(got, expected):
    assert got == expected, (got, expected)


for n, subject in enumerate(["first", "second", "third"], 1):
    data = ok(M.fetch(str(n), "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])"))
    head, raw = data[0]
    want(email.message_from_bytes(raw)["Subject"], subject)
    want(("RFC822.SIZE %d" % len(raw)).encode() in head, True)
    want(imaplib.Internaldate2tuple(head) is not None, True)

data = ok(M.fetch("1:*", "(FLAGS)"))
want([imaplib.ParseFlags(d) for d in data][1][:1], (b"\\Flagged",))
data = ok(M.fetch("2", "(BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)] BODY.PEEK[TEXT]<0.4>)"))
want(data[0][1], b"From: a@example.com\r\nSubject: second\r\n\r\n")
want(data[1][1], b"body")
data = ok(M.fetch("3", "(ENVELOPE BODYSTRUCTURE)"))
want(b'"third"' in data[0], True)
data = ok(M.uid("FETCH", "2:3", "(FLAGS)"))
want(len(data), 2)

want(ok(M.search(None, "ALL")), [b"1 2 3"])
want(ok(M.search(None, "FLAGGED")), [b"2"])
want(ok(M.search("UTF-8", "SUBJECT", '"THI"')), [b"3"])
want(ok(M.search(None, "(OR SUBJECT first TEXT gr)")), [b"1 3"])
want(ok(M.uid("SEARCH", "BODY", "two")), [b"2"])
want(ok(M.search(None, "DELETED")), [b""])
M.literal = "grüße".encode()
want(ok(M.search("UTF-8", "BODY")), [b"3"])
try:
    M.search("KOI8-R", "TEXT", "x")
except imaplib.IMAP4.error as e:
    raise AssertionError(e)
M.logout()
