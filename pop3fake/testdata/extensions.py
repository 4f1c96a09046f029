"""APOP and UTF8 with poplib: host port."""
import poplib
import sys

host, port = sys.argv[1:]


def refused(f, *args):
    try:
        f(*args)
    except poplib.error_proto as e:
        return e.args[0]
    raise AssertionError("%s%r was accepted" % (f.__name__, args))


c = poplib.POP3(host, int(port))
caps = c.capa()
assert caps["UTF8"] == ["USER"] and caps["EXPIRE"] == ["NEVER"], caps
assert b"[AUTH]" in refused(c.apop, "alice@example.com", "wrong")
c.apop("alice@example.com", "secret")
assert c.stat()[0] == 2, c.stat()
assert b"[UTF8]" in refused(c.retr, 2)
assert "IMPLEMENTATION" in c.capa(), c.capa()
c.quit()

c = poplib.POP3(host, int(port))
c.utf8()
c.apop("alice@example.com", "secret")
assert c.retr(2)[1][0] == "Subject: grüße".encode(), c.retr(2)
assert c.top(2, 0)[1] == c.retr(2)[1], c.top(2, 0)
assert c.uidl(2).split()[2] == c.uidl()[1][1].split()[1], c.uidl()
c.quit()

c = poplib.POP3(host, int(port))
c.utf8()
c.user("jürgen@example.com")
c.pass_("paßwort")
assert c.stat() == (0, 0), c.stat()
c.quit()
print("done")
