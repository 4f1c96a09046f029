# fetchmail: POP3 with STLS that keeps the mails and knows them by UIDL, then
# IMAP with TLS and with STARTTLS, which deletes them, and passes them on by SMTP.
poll() {
	printf '%s\n' "$@" >"$DIR/fetchmailrc"
	chmod 600 "$DIR/fetchmailrc"
	fetchmail -s -f "$DIR/fetchmailrc" --pidfile "$DIR/pid" --idfile "$DIR/ids"
}
login='auth password user "alice@example.com" password "secret"'
tls="sslcertck sslcertfile \"$CA\""
pop3="poll localhost protocol POP3 port $POP3 uidl $login sslproto TLS1.2+ $tls keep mda \"cat >>$DIR/by-pop3\""
poll "$pop3"
test "$(grep -c '^Subject: \(one\|two\|three\)' "$DIR/by-pop3")" = 3
printf 'Subject: four\r\n\r\nhello\r\n' >"$DIR/four"
status=0
poll "$pop3" || status=$?
test $status = 1 # no mail
curl -sS -u alice@example.com:secret --ssl-reqd --cacert "$CA" "imap://localhost:$IMAP/INBOX" -T "$DIR/four"
poll "$pop3"
test "$(grep -c '^Subject: ' "$DIR/by-pop3")" = 4
imap() { poll "poll localhost protocol IMAP port $1 $login $tls fetchall nokeep $2"; }
status=0
imap "$IMAPS" "ssl fetchlimit 2 mda \"cat >>$DIR/by-imap\"" || status=$?
test $status = 13 # there are more
test "$(grep -c '^Subject: \(one\|two\)' "$DIR/by-imap")" = 2
imap "$IMAP" "sslproto TLS1.2+ smtphost localhost/$SMTP_PLAIN smtpname carol@example.com"
