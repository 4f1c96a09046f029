"""Uses imaplib's methods for quota and rights."""
import imaplib
import sys

host, port = sys.argv[1].split(":")
c = imaplib.IMAP4(host, int(port))


def ok(answer):
    assert answer[0] == "OK", answer
    return answer[1]


ok(c.login("alice@example.com", "secret"))
ok(c.create("Team"))
assert ok(c.setquota('""', "(STORAGE 512)")) == [b'"" (STORAGE 0 512)']
assert ok(c.getquota('""')) == [b'"" (STORAGE 0 512)']
assert ok(c.getquotaroot("Team")) == [[b'Team ""'], [b'"" (STORAGE 0 512)']]
ok(c.setacl("Team", "bob@example.com", "lr"))
assert ok(c.getacl("Team")) == [b"Team alice@example.com lrswipkxtecda bob@example.com lr"]
assert ok(c.myrights("Team")) == [b"Team lrswipkxtecda"]
ok(c.deleteacl("Team", "bob@example.com"))
assert ok(c.getacl("Team")) == [b"Team alice@example.com lrswipkxtecda"]
ok(c.setannotation("Team", '"/comment"', '("value.priv" "hello")'))
assert ok(c.getannotation("Team", '"/comment"', '"value.priv"')) == [b'Team "/comment" ("value.priv" "hello")']
assert ok(c.getannotation("T%", '"*"', '("value" "size.priv")')) == [
    b'Team "/comment" ("value.priv" "hello" "size.priv" "5")']
c.logout()
print("done")
