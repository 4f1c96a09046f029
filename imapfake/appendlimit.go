package imapfake

import (
	"strconv"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// appendLimitExtension is APPENDLIMIT (RFC 7889): the server says how large a
// message may be.
var appendLimitExtension = extension{
	caps: []imap.Cap{imap.CapAppendLimit},
	statusItems: []statusItem{{name: "APPENDLIMIT", cap: imap.CapAppendLimit,
		write: func(s *session, b *mailstore.Mailbox, v *mailstore.Snapshot) {
			s.enc.num(uint64(s.cfg.maxMessage()))
		},
	}},
}

// appendLimit returns the limit in APPENDLIMIT=n, 0 if there is none.
func (o *offer) appendLimit() int64 {
	limit, ok := o.set.AppendLimit()
	if !ok || limit == nil {
		return 0
	}
	return int64(*limit)
}

// withLimit returns APPENDLIMIT=n as it is offered: n is the server's limit.
func (cfg *config) withLimit(c imap.Cap) imap.Cap {
	const prefix = imap.CapAppendLimit + "="
	if len(c) > len(prefix) && c[:len(prefix)] == prefix {
		return prefix + imap.Cap(strconv.FormatInt(cfg.maxMessage(), 10))
	}
	return c
}
