# msmtp: STARTTLS and TLS, each mechanism that it has, DSN, LMTP, ETRN.
send() {
	printf 'From: bob@example.com\nTo: alice@example.com\nSubject: from msmtp\n\n.dot\n..dots\nend\n' |
		msmtp --host=localhost --tls-trust-file="$CA" --user=bob@example.com --from=bob@example.com --timeout=10 "$@" alice@example.com
}
send --port="$SMTP" --tls=on --tls-starttls=on --auth=on --passwordeval='echo secret'
for auth in plain login cram-md5 scram-sha-1 scram-sha-256; do
	send --port="$SMTPS" --tls=on --tls-starttls=off --auth="$auth" --passwordeval='echo secret'
done
for auth in oauthbearer xoauth2; do
	send --port="$SMTPS" --tls=on --tls-starttls=off --auth="$auth" --passwordeval='echo token'
done
send --port="$SMTP_PLAIN" --dsn-notify=failure,delay --dsn-return=headers
send --port="$LMTP" --protocol=lmtp
! send --port="$SMTPS" --tls=on --tls-starttls=off --auth=plain --passwordeval='echo wrong' 2>/dev/null
msmtp --host=localhost --port="$SMTP_PLAIN" --rmqs=example.com
msmtp --host=localhost --port="$SMTP" --tls=on --tls-trust-file="$CA" --serverinfo | grep -q PIPELINING
