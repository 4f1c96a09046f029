"""A session with poplib: mode host port cafile."""
import poplib
import ssl
import sys

mode, host, port, cafile = sys.argv[1:]
context = ssl.create_default_context(cafile=cafile)
if mode == "tls":
    c = poplib.POP3_SSL(host, int(port), context=context)
else:
    c = poplib.POP3(host, int(port))
if mode == "stls":
    assert "STLS" in c.capa(), c.capa()
    c.stls(context)
assert "STLS" not in c.capa(), c.capa()
assert c.getwelcome().startswith(b"+OK"), c.getwelcome()

try:
    c.user("alice@example.com")
    c.pass_("wrong")
    raise AssertionError("wrong password was accepted")
except poplib.error_proto as e:
    assert b"[AUTH]" in e.args[0], e
c.user("alice@example.com")
c.pass_("secret")

count, size = c.stat()
assert count == 2, count
_, listing, _ = c.list()
assert sum(int(l.split()[1]) for l in listing) == size, (listing, size)
uid = c.uidl(1).split()[2]
assert c.uidl()[1][0].split()[1] == uid, c.uidl()

_, lines, octets = c.retr(1)
assert lines == [b"Subject: one", b"", b".", b"..", b".dot", b"end"], lines
assert octets == int(listing[0].split()[1]), octets
assert c.top(2, 1)[1] == [b".Subject: three", b"", b"1"], c.top(2, 1)

c.dele(1)
c.rset()
c.dele(2)
c.noop()
c.quit()
print("done")
