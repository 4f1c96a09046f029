package imapfake

import (
	"strings"

	"github.com/emersion/go-imap/v2"
)

const capCompress imap.Cap = "COMPRESS=DEFLATE"

var compressExtension = extension{
	caps: []imap.Cap{capCompress},
	commands: []command{
		{name: "COMPRESS", states: authenticated, cap: capCompress, run: runCompress},
	},
}

// runCompress is COMPRESS (RFC 4978). Both directions are compressed behind
// the tagged OK.
func runCompress(s *session, c *call) error {
	c.p.sp()
	algorithm := c.p.atom()
	if err := c.p.end(); err != nil {
		return err
	}
	switch {
	case !strings.EqualFold(algorithm, "DEFLATE"):
		return no(imap.ResponseCodeCannot, "Only DEFLATE is known")
	case s.compressed:
		return no("COMPRESSIONACTIVE", "DEFLATE is active already")
	}
	s.compressed = true
	c.text = "DEFLATE active"
	c.after = s.conn.Compress
	return nil
}
