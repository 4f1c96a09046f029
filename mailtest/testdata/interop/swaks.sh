# swaks: three mails, by STARTTLS, TLS and in the clear, each with a login.
for how in "-p $SMTP -tls" "-p $SMTPS --tls-on-connect" "-p $SMTP_PLAIN"; do
	swaks --server localhost $how --tls-ca-path "$CA" --tls-verify --timeout 10 \
		--auth PLAIN --auth-user bob@example.com --auth-password secret \
		--from bob@example.com --to alice@example.com,carol@example.com \
		--h-Subject "from swaks" --body $'.dot\n..dots\nend' --silent 2
done
