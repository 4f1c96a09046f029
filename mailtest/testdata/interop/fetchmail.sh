# fetchmail: all mail by POP3 with STLS, then by IMAP with TLS, deleted there.
cat >"$DIR/fetchmailrc" <<X
poll localhost protocol POP3 port $POP3 auth password
	user "alice@example.com" password "secret"
	sslproto "TLS1.2+" sslcertck sslcertfile "$CA" keep mda "cat >>$DIR/by-pop3"
X
chmod 600 "$DIR/fetchmailrc"
fetchmail -s -f "$DIR/fetchmailrc" --pidfile "$DIR/pid"
cat >"$DIR/fetchmailrc" <<X
poll localhost protocol IMAP port $IMAPS auth password
	user "alice@example.com" password "secret"
	ssl sslcertck sslcertfile "$CA" fetchall nokeep mda "cat >>$DIR/by-imap"
X
fetchmail -s -f "$DIR/fetchmailrc" --pidfile "$DIR/pid"
for f in by-pop3 by-imap; do
	test "$(grep -c '^Subject: \(one\|two\|three\)' "$DIR/$f")" = 3
done
