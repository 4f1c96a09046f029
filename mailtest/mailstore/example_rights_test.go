package mailstore_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// What a client has set is read in the same way: annotations of mailboxes, of
// an account, and of the server.
func ExampleMetadata() {
	st := new(mailstore.Store)
	inbox := st.Account("alice@example.com").Mailbox("INBOX")
	inbox.Metadata().Set("/private/color", "red")
	st.Metadata().Set("/shared/admin", "mailto:postmaster@example.com")
	fmt.Println(inbox.Metadata().Entries())
	fmt.Println(st.Metadata().Get("/shared/admin"))
	// Output:
	// [/private/color]
	// mailto:postmaster@example.com true
}

// Alice lets Bob read a mailbox: clients of his see it below "Other Users/".
func ExampleMailbox_SetRights() {
	st := new(mailstore.Store)
	alice, bob := st.Account("alice@example.com"), st.Account("bob@example.com")
	work := alice.Mailbox("Work")
	work.SetRights("bob@example.com", "lr")
	fmt.Println(work.Rights(alice), work.Rights(bob))
	fmt.Println(st.SharedWith(bob)[0].Name())
	// Output:
	// lrswipkxtea lr
	// Work
}
