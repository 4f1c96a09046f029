"""Logs in with smtplib and imaplib by each mechanism: smtp-port imap-port."""
import imaplib
import smtplib
import sys

smtp_port, imap_port = map(int, sys.argv[1:])
USER, PASSWORD = "alice@example.com", 'pass "word" '


def smtp_login(mechanism, initial, password):
    s = smtplib.SMTP("127.0.0.1", smtp_port)
    s.ehlo("client.example.com")
    s.user, s.password = USER, password
    method = getattr(s, "auth_" + mechanism.lower().replace("-", "_"))
    try:
        return s.auth(mechanism, method, initial_response_ok=initial)[0]
    except smtplib.SMTPAuthenticationError as e:
        return e.smtp_code
    finally:
        s.quit()


for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5"):
    for initial in (True, False):
        assert smtp_login(mechanism, initial, PASSWORD) == 235, mechanism
        assert smtp_login(mechanism, initial, "wrong") == 535, mechanism


def imap_login(f):
    c = imaplib.IMAP4("127.0.0.1", imap_port)
    try:
        return f(c)[0]
    except imaplib.IMAP4.error as e:
        return str(e)
    finally:
        c.logout()


def once(first):
    """Answers the first challenge, and then with nothing."""
    answers = [first, b""]
    return lambda challenge: answers.pop(0)


def authenticate(mechanism, first):
    return imap_login(lambda c: c.authenticate(mechanism, once(first)))


assert imap_login(lambda c: c.login(USER, PASSWORD)) == "OK"
assert "AUTHENTICATIONFAILED" in imap_login(lambda c: c.login(USER, "wrong"))
assert imap_login(lambda c: c.login_cram_md5(USER, PASSWORD)) == "OK"
assert "AUTHENTICATIONFAILED" in imap_login(lambda c: c.login_cram_md5(USER, "wrong"))
PLAIN = ("\0%s\0%s" % (USER, PASSWORD)).encode()
assert authenticate("PLAIN", PLAIN) == "OK"
BEARER = b"user=alice@example.com\1auth=Bearer %s\1\1"
assert authenticate("XOAUTH2", BEARER % b"good") == "OK"
assert "AUTHENTICATIONFAILED" in authenticate("XOAUTH2", BEARER % b"bad")
assert "EXPIRED" in authenticate("XOAUTH2", BEARER % b"old")
print("done")
