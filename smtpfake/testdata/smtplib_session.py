# Sends a mail by each of the three addresses: smtplib_session.py plain starttls tls cafile
import email.message
import smtplib
import ssl
import sys

plain, starttls, tls, cafile = sys.argv[1:]
context = ssl.create_default_context(cafile=cafile)
text = b"Subject: hi\r\n\r\nhello\r\n.\r\n..x\r\n" + b"\xe4" * 3000 + b"\r\n"


def session(s):
    s.ehlo("client.example.com")
    for name in ("pipelining", "8bitmime", "enhancedstatuscodes", "size", "auth"):
        assert s.has_extn(name), name
    assert s.noop()[0] == 250
    assert s.help().startswith(b"2.0.0"), s.help()
    assert s.verify("bob@example.com")[0] in (250, 252)
    try:
        s.login("alice@example.com", "wrong")
        raise AssertionError("wrong password accepted")
    except smtplib.SMTPAuthenticationError as e:
        assert e.smtp_code == 535, e
    for auth in (s.auth_login, s.auth_plain, s.auth_cram_md5):
        s.user, s.password = "alice@example.com", "wrong"
        try:
            s.auth(auth.__name__[5:].replace("_", "-").upper(), auth)
            raise AssertionError(auth.__name__)
        except smtplib.SMTPAuthenticationError as e:
            assert e.smtp_code == 535, e
    s.login("alice@example.com", "secret")
    refused = s.sendmail("alice@example.com", ["bob@example.com", "carol@example.com"], text,
                         mail_options=["BODY=8BITMIME"])
    assert refused == {}, refused
    assert s.rset()[0] == 250
    assert s.docmd("FOO")[0] == 500
    s.quit()


host, port = plain.split(":")
session(smtplib.SMTP(host, int(port), timeout=10))
host, port = starttls.split(":")
s = smtplib.SMTP(host, int(port), timeout=10)
s.starttls(context=context)
session(s)
host, port = tls.split(":")
session(smtplib.SMTP_SSL(host, int(port), context=context, timeout=10))

# Addresses beyond ASCII, and the options of DSN.
m = email.message.EmailMessage()
m["From"], m["To"], m["Subject"] = "älice@example.com", "böb@example.com", "Grüße"
m.set_content("hello")
host, port = plain.split(":")
s = smtplib.SMTP(host, int(port), timeout=10)
s.send_message(m)
assert s.sendmail("alice@example.com", ["dsn@example.com"], text, mail_options=["RET=HDRS", "ENVID=x+2B1"],
                  rcpt_options=["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;d+2Bn@example.com"]) == {}
s.quit()
