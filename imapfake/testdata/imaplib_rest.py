"""Uses the methods of imaplib that the other scripts don't: PLAIN, STARTTLS and TLS address, CA file."""
import imaplib
import io
import ssl
import sys

plain, starttls, tls, ca = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)


def addr(text):
    host, port = text.rsplit(":", 1)
    return host, int(port)


def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]


c = imaplib.IMAP4_SSL(*addr(tls), ssl_context=context)
assert b"IMAP4rev1" in ok(c.capability())[0]
ok(c.login("alice@example.com", "secret"))
c.logout()

c = imaplib.IMAP4(*addr(starttls))
ok(c.starttls(ssl_context=context))
assert "STARTTLS" not in c.capabilities
ok(c.login("alice@example.com", "secret"))
c.logout()

c = imaplib.IMAP4(*addr(plain))
c.debug = 0
ok(c.login_cram_md5("alice@example.com", "secret"))
for subject in "b", "a", "Re: b":
    mail = "Subject: %s\r\nMessage-ID: <%s@example.com>\r\n\r\nx\r\n" % (subject, subject[-3:].strip())
    ok(c.append("INBOX", None, None, mail.encode()))
ok(c.select())
assert ok(c.sort("(SUBJECT)", "UTF-8", "ALL")) == [b"2 1 3"]
assert ok(c.uid("SORT", "(REVERSE SUBJECT)", "UTF-8", "ALL")) == [b"1 3 2"]
assert ok(c.thread("ORDEREDSUBJECT", "UTF-8", "ALL")) == [b"(1 3)(2)"]
assert ok(c.recent()) == [b"3"]
ok(c.append("INBOX", None, None, b"Subject: new\r\n\r\nx\r\n"))
assert ok(c.recent()) == [b"4"]
# IDLE, by hand.
other = imaplib.IMAP4(*addr(plain))
ok(other.login("alice@example.com", "secret"))
tag = c._new_tag()
c.send(tag + b" IDLE\r\n")
assert c.readline().startswith(b"+ ")
ok(other.append("INBOX", None, None, b"Subject: pushed\r\n\r\nx\r\n"))
assert c.readline() == b"* 5 EXISTS\r\n"
assert c.readline() == b"* 5 RECENT\r\n"
c.send(b"DONE\r\n")
assert c.readline().startswith(tag + b" OK")
# UTF-8 in names, after ENABLE.
ok(other.enable("UTF8=ACCEPT"))
ok(other.create("Entwürfe"))
assert ok(other.list('""', "Entw*")) == ['(\\HasNoChildren) "/" "Entwürfe"'.encode()], other.list()
other.logout()
# Commands of old that no server of IMAP4rev1 has.
for call in lambda: c.partial("1", "RFC822", "0", "10"), lambda: c.proxyauth("bob@example.com"):
    try:
        call()
        raise SystemExit("unknown command was accepted")
    except imaplib.IMAP4.error:
        pass
# What the methods above stand on.
ok(c.create("x"))
ok(c.select("x"))
assert c.read is not None and c.readline is not None and c.socket() is not None
stderr, sys.stderr = sys.stderr, io.StringIO()
c.print_log()
assert "last" in sys.stderr.getvalue()
sys.stderr = stderr
c.send(b"zz NOOP\r\n")
assert c.readline() == b"zz OK NOOP completed\r\n"
c.shutdown()
c.open(*addr(plain))
assert c.readline().startswith(b"* OK ")
c.shutdown()
try:
    raise imaplib.IMAP4.readonly("x")
except imaplib.IMAP4.abort:
    pass
print("done")
