package mailstore

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/mail"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// Seed adds accounts, mailboxes and messages from a tree of files, such as
// os.DirFS("testdata/mail"), an embed.FS, or [Txtar]:
//
//	alice@example.com/INBOX/1.eml       one message
//	alice@example.com/2.eml             likewise, in the INBOX
//	alice@example.com/Work/2024/3.eml   in the mailbox Work/2024
//	alice@example.com/Sent.mbox         the messages of the mailbox Sent
//	bob/Maildir/cur/1700000000.1:2,S    bob@example.com's INBOX, a Maildir
//	bob/Maildir/.Sent/new/...           a Maildir++ folder
//	more.txtar                          a tree like this in one file
//
// A user without a domain is one of example.com. Names may be escaped as in
// URLs. Files that begin with a dot, and README files, are passed over; others
// are an error, as is a mailbox name that is not allowed. After an error some
// messages may have been added.
//
// The order is that of the file names. A message's internal date is that of
// its mbox line or Maildir name, or else of its Date field, or else the first
// of January 2000. Files that have no CRLF get it in place of LF. Flags come
// from Maildir names and from an mbox's Status and X-Status fields. What is
// seeded is no delivery: Next doesn't return it.
func (s *Store) Seed(fsys fs.FS) error {
	list, err := fs.ReadDir(fsys, ".")
	if errors.Is(err, fs.ErrNotExist) { // os.DirFS doesn't say of which directory
		return fmt.Errorf("mailstore: seed: the directory is not there, "+
			"seen from the package's, in which a test runs: %w", err)
	}
	if err != nil {
		return fmt.Errorf("mailstore: seed: %w", err)
	}
	for _, f := range list {
		if err := s.seedUser(fsys, f); err != nil {
			return fmt.Errorf("mailstore: seed %s: %w", f.Name(), err)
		}
	}
	return nil
}

func (s *Store) seedUser(fsys fs.FS, f fs.DirEntry) error {
	switch {
	case f.IsDir():
		sd := &seeder{fsys: fsys, account: s.Account(address(unescape(f.Name())))}
		return sd.dir(f.Name(), "")
	case path.Ext(f.Name()) == ".txtar":
		text, err := fs.ReadFile(fsys, f.Name())
		if err != nil {
			return err
		}
		return s.Seed(Txtar(string(text)))
	case passedOver(f.Name()):
		return nil
	}
	return fmt.Errorf("want a directory named for a user, or a .txtar file")
}

func address(user string) string {
	if !strings.Contains(user, "@") {
		return user + "@example.com"
	}
	return user
}

func passedOver(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "README")
}

func unescape(name string) string {
	if plain, err := url.PathUnescape(name); err == nil {
		return plain
	}
	return name
}

// A seeder adds the files of one user.
type seeder struct {
	fsys    fs.FS
	account *Account
}

// dir adds what is in a directory to the mailbox with that name, "" for the
// user's own directory, which is the INBOX.
func (sd *seeder) dir(dir, name string) error {
	list, err := fs.ReadDir(sd.fsys, dir)
	if err != nil {
		return err
	}
	if isMaildir(list) {
		return sd.maildir(dir, name, list)
	}
	var msgs []NewMessage
	for _, f := range list {
		more, err := sd.entry(dir, name, f)
		if err != nil {
			return err
		}
		msgs = append(msgs, more...)
	}
	if name == "" && len(msgs) == 0 {
		return nil
	}
	return sd.add(name, msgs)
}

// entry returns the message of a file, or adds the mailboxes of another.
func (sd *seeder) entry(dir, name string, f fs.DirEntry) ([]NewMessage, error) {
	file := path.Join(dir, f.Name())
	stem, ext := strings.TrimSuffix(f.Name(), path.Ext(f.Name())), path.Ext(f.Name())
	switch {
	case f.IsDir():
		return nil, sd.dir(file, child(name, f.Name()))
	case passedOver(f.Name()):
		return nil, nil
	case ext == ".eml":
		raw, err := fs.ReadFile(sd.fsys, file)
		return []NewMessage{newSeed(raw)}, err
	case ext == ".mbox":
		raw, err := fs.ReadFile(sd.fsys, file)
		if err != nil {
			return nil, err
		}
		return nil, sd.add(child(name, stem), parseMbox(raw))
	}
	return nil, fmt.Errorf("%s: want .eml, .mbox, a mailbox directory or a Maildir", file)
}

// child returns the name of the mailbox that a file stands for below another.
// The user's own directory is the INBOX, and so is a Maildir in there.
func child(parent, file string) string {
	switch {
	case parent != "":
		return parent + "/" + unescape(file)
	case file == "Maildir":
		return ""
	}
	return unescape(file)
}

func (sd *seeder) add(name string, msgs []NewMessage) error {
	if name == "" {
		name = inboxName
	}
	b, err := sd.account.Create(name)
	if err == ErrExists {
		b, err = sd.account.Find(name), nil
	}
	if err == nil {
		_, err = b.AppendAll(msgs)
	}
	if err != nil {
		return fmt.Errorf("mailbox %q: %w", name, err)
	}
	return nil
}

// seedDate is the internal date of a message that tells none.
var seedDate = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func newSeed(raw []byte) NewMessage {
	if !bytes.Contains(raw, []byte("\r\n")) {
		raw = []byte(crlf(string(raw)))
	}
	m := message.New("", nil, raw)
	date, err := mail.ParseDate(m.Tree().Get("Date"))
	if err != nil {
		date = seedDate
	}
	return NewMessage{Msg: m, Date: date}
}
