"""Uses each method of imaplib that the server has a command for."""
import imaplib
import sys

host, port = sys.argv[1].split(":")
c = imaplib.IMAP4(host, int(port))


def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]


def no(answer):
    assert answer[0] == "NO", answer


ok(c.login("alice@example.com", 'pass word "quoted" \\'))
ok(c.noop())
ok(c.namespace())
ok(c.create('"with space"'))
ok(c.create("x"))
no(c.create("x"))
ok(c.rename("x", "y"))
ok(c.subscribe("y"))
assert ok(c.lsub()) == [b'() "/" y']
ok(c.unsubscribe("y"))
assert len(ok(c.list())) == 3, c.list()
assert ok(c.status("INBOX", "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN RECENT)")) == [
    b"INBOX (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 1 UNSEEN 0 RECENT 0)"]

mail = b"From: a@example.com\r\nSubject: hello\r\n\r\nbody\r\n"
for i in range(5):
    ok(c.append("INBOX", r"(\Flagged)" if i == 0 else None, imaplib.Time2Internaldate(86400 * i), mail))
assert ok(c.select("INBOX")) == [b"5"]
assert c.response("UIDVALIDITY")[1] == [b"1"]
assert ok(c.search(None, "FLAGGED")) == [b"1"]
assert ok(c.search("UTF-8", "SUBJECT", "hello")) == [b"1 2 3 4 5"]
assert ok(c.uid("SEARCH", "UID 2:3")) == [b"2 3"]
assert ok(c.fetch("1", "(BODY.PEEK[])"))[0][1] == mail
assert len(ok(c.fetch("1:*", "(UID FLAGS INTERNALDATE ENVELOPE BODYSTRUCTURE RFC822.SIZE)"))) == 5
ok(c.store("1", "+FLAGS", r"(\Deleted $x)"))
ok(c.copy("2:3", "y"))
ok(c.uid("MOVE", "2", "y"))
assert ok(c.expunge()) == [b"2", b"1"]  # MOVE has sent one
assert ok(c.uid("FETCH", "1:*", "(UID)")) == [b"1 (UID 3)", b"2 (UID 4)", b"3 (UID 5)"]
ok(c.check())
ok(c.select("y", readonly=True))
assert c.response("READ-ONLY")[0] == "READ-ONLY"
ok(c.unselect())
ok(c.select("y"))
ok(c.store("1", "+FLAGS.SILENT", r"\Deleted"))
ok(c.close())
assert ok(c.status("y", "(MESSAGES)")) == [b"y (MESSAGES 2)"]
ok(c.enable("X-NOTHING"))
ok(c.delete("y"))
no(c.delete("y"))
try:
    c.xatom("FROBNICATE")
    raise SystemExit("unknown command was accepted")
except imaplib.IMAP4.error:
    pass
ok(c.xatom("ID", "NIL"))
typ, _ = c.logout()
assert typ == "BYE", typ

c = imaplib.IMAP4(host, int(port))
ok(c.authenticate("PLAIN", lambda challenge: b"\0alice@example.com\0pass word \"quoted\" \\"))
c.logout()
print("done")
