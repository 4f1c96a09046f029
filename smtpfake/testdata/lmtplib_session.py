# Delivers a mail by LMTP: lmtplib_session.py host:port
import smtplib
import sys

host, port = sys.argv[1].split(":")
s = smtplib.LMTP(host, int(port))
s.ehlo("client.example.com")
assert s.has_extn("pipelining") and s.has_extn("enhancedstatuscodes")
assert s.docmd("EHLO client.example.com")[0] == 500
to = ["bob@example.com", "full@example.com", "carol@example.com"]
refused = s.sendmail("alice@example.com", to, b"Subject: hi\r\n\r\nhello\r\n")
assert list(refused) == ["full@example.com"] and refused["full@example.com"][0] == 452, refused
# smtplib has read one of the two replies.
assert s.getreply()[0] == 250
s.quit()
