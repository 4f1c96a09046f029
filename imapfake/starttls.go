package imapfake

var startTLSExtension = extension{
	preauth: true,
	commands: []command{
		{name: "STARTTLS", states: notAuthenticated, run: runStartTLS},
	},
}

// runStartTLS is STARTTLS (RFC 3501 section 6.2.1). What the client has
// pipelined behind it is dropped.
func runStartTLS(s *session, c *call) error {
	if err := c.p.end(); err != nil {
		return err
	}
	if _, tls := s.conn.TLS(); tls {
		return bad("", "TLS is on already")
	}
	if !s.conn.CanStartTLS() {
		return bad("", "STARTTLS is not offered")
	}
	c.text = "Begin TLS negotiation now"
	c.after = s.conn.StartTLS
	return nil
}
