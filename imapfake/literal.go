package imapfake

import "github.com/emersion/go-imap/v2"

// literalPlusExtension is LITERAL+ (RFC 7888): literals that come without
// being asked for. LITERAL- is the same for those up to 4096 bytes.
var literalPlusExtension = extension{
	caps:    []imap.Cap{imap.CapLiteralPlus},
	also:    []imap.Cap{imap.CapLiteralMinus},
	preauth: true,
}
