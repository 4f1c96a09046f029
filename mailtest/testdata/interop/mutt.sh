# mutt: opens the INBOX by IMAP, copies all of it, deletes the second mail, and
# sends one by SMTP; then opens what is left by POP3, and deletes the first.
cat >"$DIR/muttrc" <<X
set ssl_force_tls=yes ssl_starttls=yes certificate_file="$CA"
set imap_user="alice@example.com" imap_pass=secret folder="imaps://localhost:$IMAPS/"
set pop_user="alice@example.com" pop_pass=secret
set from="alice@example.com" smtp_url="smtp://alice@example.com@localhost:$SMTP/" smtp_pass=secret
set copy=no delete=yes confirmappend=no confirmcreate=no wait_key=no record="" postponed=""
set header_cache="" mail_check=0 sendmail_wait=0
X
# script makes the terminal, and runs mutt in its foreground whatever $SHELL is.
export TERM=xterm SHELL=/bin/sh
script=$(command -v script)
open() { # folder keys
	"$script" -qec "exec timeout --foreground 20 mutt -n -F $DIR/muttrc -f $1 -e 'push \"$2\"'" \
		/dev/null </dev/null >>"$DIR/screen" 2>&1
}
open "imaps://localhost:$IMAPS/INBOX" "<tag-pattern>~A<enter><tag-prefix><copy-message>=Copies<enter><untag-pattern>~A<enter><limit>~s two<enter><delete-message><limit>~A<enter><quit>"
printf 'hello\n' | timeout 20 mutt -n -F "$DIR/muttrc" -s "from mutt" alice@example.com
open "pops://localhost:$POP3S/" "<limit>~s one<enter><save-message>$DIR/saved<enter><limit>~A<enter><quit>"
grep -q '^Subject: one' "$DIR/saved"
