# msmtp: a mail by STARTTLS and one by TLS, with SCRAM or PLAIN as it chooses.
send() {
	printf 'From: bob@example.com\nTo: alice@example.com\nSubject: from msmtp\n\n.dot\n..dots\nend\n' |
		msmtp --host=127.0.0.1 --tls=on --tls-trust-file="$CA" --auth=on --user=bob@example.com \
			--passwordeval='echo secret' --from=bob@example.com --timeout=10 "$@" alice@example.com
}
send --port="$SMTP" --tls-starttls=on
send --port="$SMTPS" --tls-starttls=off
