# mbsync: a first sync, then flags, a deletion and a new mail go both ways.
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
sync
cd "$DIR/mail/INBOX"
test "$(ls new cur | grep -c U=)" = 3
# The first mail is flagged, the second deleted, and a new one is made.
one=$(grep -l '^Subject: one' new/* cur/* | head -1)
mv "$one" "cur/$(basename "${one%%:*}"):2,FS"
two=$(grep -l '^Subject: two' new/* cur/* | head -1)
mv "$two" "cur/$(basename "${two%%:*}"):2,T"
printf 'From: alice@example.com\nSubject: made here\n\nhello\n' >new/1.here
sync
sync
