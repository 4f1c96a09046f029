# swaks: each mode of TLS, PLAIN, LOGIN and CRAM-MD5, LMTP, pipelining, XCLIENT.
send() {
	swaks --server localhost --tls-ca-path "$CA" --tls-verify --timeout 10 \
		--from bob@example.com --to alice@example.com,carol@example.com \
		--h-Subject "from swaks" --body $'.dot\n..dots\nend' --silent 2 "$@"
}
login="--auth-user bob@example.com --auth-password secret"
send -p "$SMTP" -tls --auth PLAIN $login
send -p "$SMTPS" --tls-on-connect --auth LOGIN $login
send -p "$SMTP_PLAIN" --auth CRAM-MD5 $login
send -p "$SMTP_PLAIN" --protocol SMTP
send -p "$SMTP_PLAIN" --pipeline
send -p "$SMTP_PLAIN" --xclient-addr 192.0.2.7 --xclient-name client.example.com
send -p "$LMTP" --protocol LMTP
! send -p "$SMTP_PLAIN" --auth PLAIN --auth-user bob@example.com --auth-password wrong 2>/dev/null
