package message

import "strings"

// A Report is the part of a message that is for programs: a delivery status
// notification (RFC 3464), a feedback report about abuse (RFC 5965), or a
// disposition notification (RFC 8098). Message.Report reads one, a [Draft]
// writes one.
type Report struct {
	Type       string      // "delivery-status", "feedback-report" or "disposition-notification"
	Fields     []Field     // "Reporting-MTA", "Feedback-Type" and the like, in order
	Recipients []Recipient // of a delivery status, in order
	Original   *Message    // the message it is about, or only its header; nil if it isn't there
}

// A Recipient is a recipient in a delivery status notification (RFC 3464
// section 2.3).
type Recipient struct {
	Address    string  // Final-Recipient, without the type
	Original   string  // Original-Recipient, without the type, "" if missing
	Action     string  // "failed", "delayed", "delivered", "relayed" or "expanded", in lower case
	Status     string  // "5.1.1"
	RemoteMTA  string  // without the type
	Diagnostic string  // Diagnostic-Code, without the type: "550 5.1.1 No such user"
	Fields     []Field // all of them, in order
}

// Get returns the value of the first field of that name in any case, "" if
// there is none.
func (r *Report) Get(name string) string { return getField(r.Fields, name) }

func getField(fields []Field, name string) string {
	for _, f := range fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Report returns the report in the message, nil if there is none. It takes
// what it can from a malformed one.
func (m *Message) Report() *Report {
	var r *Report
	m.Tree().walk(func(p *Part) {
		switch kind := reportType(p); {
		case r == nil && kind != "":
			r = readReport(kind, p)
		case r != nil && r.Original == nil && isReturned(p):
			r.Original = Parse(returned(p))
		}
	})
	return r
}

// walk calls f for the parts of one message, in order: it does not go into
// those that are messages.
func (p *Part) walk(f func(*Part)) {
	f(p)
	if p.IsMessage() {
		return
	}
	for _, child := range p.Parts {
		child.walk(f)
	}
}

// reportType returns the type of a report part, "" if p is none. The types
// with "global" may have UTF-8 (RFC 6533).
func reportType(p *Part) string {
	if !strings.EqualFold(p.Type, "message") {
		return ""
	}
	switch kind := strings.TrimPrefix(strings.ToLower(p.Subtype), "global-"); kind {
	case "delivery-status", "feedback-report", "disposition-notification":
		return kind
	}
	return ""
}

func isReturned(p *Part) bool {
	switch p.MediaType() {
	case "message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers":
		return true
	}
	return false
}

func returned(p *Part) []byte {
	b, _ := p.Decoded()
	return b
}

func readReport(kind string, p *Part) *Report {
	groups := fieldGroups(returned(p))
	r := &Report{Type: kind}
	for i, g := range groups {
		switch {
		case kind == "delivery-status" && (i > 0 || getField(g, "Final-Recipient") != ""):
			r.Recipients = append(r.Recipients, readRecipient(g))
		default:
			r.Fields = append(r.Fields, g...)
		}
	}
	return r
}

// fieldGroups splits fields at blank lines. There may be too many of these.
func fieldGroups(b []byte) [][]Field {
	var groups [][]Field
	for len(b) > 0 {
		var group []Field
		f, rest := nextField(b)
		for ; f.lines != nil; f, rest = nextField(b) {
			if f.colon >= 0 {
				group = append(group, Field{Name: string(f.name()), Value: f.value(), Raw: f.lines})
			}
			b = rest
		}
		if group != nil {
			groups = append(groups, group)
		}
		b = b[lineEnd(b, 0):]
	}
	return groups
}

func readRecipient(fields []Field) Recipient {
	get := func(name string) string { return afterType(getField(fields, name)) }
	return Recipient{
		Address:    get("Final-Recipient"),
		Original:   get("Original-Recipient"),
		Action:     strings.ToLower(get("Action")),
		Status:     get("Status"),
		RemoteMTA:  get("Remote-MTA"),
		Diagnostic: get("Diagnostic-Code"),
		Fields:     fields,
	}
}

// afterType cuts the type of "rfc822; bob@example.com" and comments around a
// value.
func afterType(value string) string {
	value = skipCFWS(value)
	if kind, rest, ok := strings.Cut(value, ";"); ok && isToken(strings.TrimSpace(kind)) {
		value = rest
	}
	return strings.TrimSpace(value)
}

// Unsubscribe returns the addresses in List-Unsubscribe (RFC 2369 section
// 3.2), in order, and whether an https one among them takes the one-click
// request of RFC 8058.
func (m *Message) Unsubscribe() (addrs []string, oneClick bool) {
	root := m.Tree()
	secure := false
	for s := root.Get("List-Unsubscribe"); ; {
		_, after, ok := strings.Cut(s, "<")
		if !ok {
			break
		}
		var addr string
		addr, s, ok = strings.Cut(after, ">")
		if !ok {
			break
		}
		addr = strings.Join(strings.Fields(addr), "") // folded within
		addrs = append(addrs, addr)
		secure = secure || strings.HasPrefix(strings.ToLower(addr), "https:")
	}
	post := strings.TrimSpace(root.Get("List-Unsubscribe-Post"))
	return addrs, secure && strings.EqualFold(post, "List-Unsubscribe=One-Click")
}
