# mbsync: a first sync; then flags, deletions and new mails go both ways; then
# a mailbox gets another UIDVALIDITY.
cat >"$DIR/mbsyncrc" <<X
IMAPAccount fake
Host localhost
Port $IMAPS
User alice@example.com
Pass secret
SSLType IMAPS
CertificateFile $CA

IMAPStore far
Account fake

MaildirStore near
Path $DIR/mail/
Inbox $DIR/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
X
mkdir -p "$DIR/mail"
sync() { mbsync -q -c "$DIR/mbsyncrc" -a; }
imap() { # command mailbox
	curl -sS -u alice@example.com:secret --cacert "$CA" "imaps://localhost:$IMAPS/$2" -X "$1" >/dev/null
}
sync
cd "$DIR/mail/INBOX"
test "$(ls new cur | grep -c U=)" = 3
# Here the first mail is flagged, the second deleted, and a new one is made.
one=$(grep -l '^Subject: one' new/* cur/* | head -1)
mv "$one" "cur/$(basename "${one%%:*}"):2,FS"
two=$(grep -l '^Subject: two' new/* cur/* | head -1)
mv "$two" "cur/$(basename "${two%%:*}"):2,T"
printf 'From: alice@example.com\nSubject: made here\n\nhello\n' >new/1.here
sync
printf 'Subject: made there\r\n\r\nhello\r\n' >"$DIR/there"
# There the third is answered, the new one deleted, and another one comes.
imap 'STORE 2 +FLAGS (\Answered)' INBOX
imap 'STORE 3 +FLAGS (\Deleted)' INBOX
imap EXPUNGE INBOX
curl -sS -u alice@example.com:secret --cacert "$CA" "imaps://localhost:$IMAPS/INBOX" -T "$DIR/there"
imap 'CREATE Box'
imap 'COPY 1 Box' INBOX
sync
ls cur | grep -q ':2,R'
! grep -rl '^Subject: made here' .
grep -rlq '^Subject: made there' .
grep -rlq '^Subject: one' ../Box
# A mailbox of the same name is another one: mbsync stops there, and says so.
imap 'DELETE Box'
imap 'CREATE Box'
! sync 2>"$DIR/validity"
grep -q UIDVALIDITY "$DIR/validity"
