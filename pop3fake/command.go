package pop3fake

// A command is a row of the command table.
type command struct {
	usage    string                   // the name and its arguments, as told to a client that sends others
	states   state                    // in which it may be given
	min, max int                      // how many arguments
	text     bool                     // the whole rest of the line is one argument
	show     func(args string) string // masks secrets for the transcript; nil shows args
	run      func(s *session, args []string)
}

// commands has every command by its name in upper case.
var commands = map[string]*command{
	"AUTH": {"AUTH [mechanism [initial-response]]", authorization, 0, 2, false, hideResponse, (*session).authenticate},
	"CAPA": {"CAPA", authorization | transaction, 0, 0, false, nil, (*session).capa},
	"DELE": {"DELE msg", transaction, 1, 1, false, nil, (*session).dele},
	"LIST": {"LIST [msg]", transaction, 0, 1, false, nil, (*session).list},
	"NOOP": {"NOOP", transaction, 0, 0, false, nil, (*session).noop},
	"PASS": {"PASS string", authorization, 1, 1, true, hide, (*session).pass},
	"QUIT": {"QUIT", authorization | transaction, 0, 0, false, nil, (*session).quit},
	"RETR": {"RETR msg", transaction, 1, 1, false, nil, (*session).retr},
	"RSET": {"RSET", transaction, 0, 0, false, nil, (*session).rset},
	"STAT": {"STAT", transaction, 0, 0, false, nil, (*session).stat},
	"STLS": {"STLS", authorization, 0, 0, false, nil, (*session).stls},
	"TOP":  {"TOP msg n", transaction, 2, 2, false, nil, (*session).top},
	"UIDL": {"UIDL [msg]", transaction, 0, 1, false, nil, (*session).uidl},
	"USER": {"USER name", authorization, 1, 1, true, nil, (*session).userName},
}
