# mpop: POP3 with STLS and TLS, each mechanism that it has, with and without
# pipelining, first keeping the mails and then deleting them.
get() {
	mpop --host=localhost --tls=on --tls-trust-file="$CA" --user=alice@example.com --timeout=10 --quiet \
		--uidls-file="$DIR/uidls" --delivery=mbox,"$DIR/mbox" --received-header=off "$@"
}
secret=--passwordeval='echo secret' stls="--port=$POP3" tls="--port=$POP3S --tls-starttls=off"
for auth in user plain login cram-md5 scram-sha-1 scram-sha-256 apop; do
	get $stls --auth="$auth" "$secret" --auth-only
done
for auth in oauthbearer xoauth2; do
	get $tls --auth="$auth" --passwordeval='echo token' --auth-only
done
! get $tls --auth=plain --passwordeval='echo wrong' --auth-only 2>/dev/null
get $tls "$secret" --serverinfo | grep -q PIPELINING
get $stls "$secret" --keep=on --pipelining=on
get $stls "$secret" --keep=on --pipelining=on # has all of them
test "$(grep -c '^Subject: \(one\|two\|three\)' "$DIR/mbox")" = 3
get $tls "$secret" --keep=off --only-new=off --pipelining=off
test "$(grep -c '^Subject: \(one\|two\|three\)' "$DIR/mbox")" = 6
