package pop3fake

// A command is a row of the command table.
type command struct {
	usage    string                   // name and arguments, for a client that sends others
	states   state                    // in which it may be given
	min, max int                      // how many arguments
	cap      string                   // capability that it is served with; "" is always
	text     bool                     // the whole rest of the line is one argument
	login    bool                     // arguments may be in UTF-8 with "UTF8 USER"
	show     func(args string) string // masks secrets for the transcript; nil shows args
	run      func(s *session, args []string)
}

const anyState = authorization | transaction

// commands has every command by its name in upper case.
var commands = map[string]*command{
	"APOP": {usage: "APOP name digest", states: authorization, min: 2, max: 2, cap: "APOP",
		login: true, show: hideDigest, run: (*session).apop},
	"AUTH": {usage: "AUTH [mechanism [initial-response]]", states: authorization, max: 2, cap: "SASL",
		show: hideResponse, run: (*session).authenticate},
	"CAPA": {usage: "CAPA", states: anyState, cap: "CAPA", run: (*session).capa},
	"DELE": {usage: "DELE msg", states: transaction, min: 1, max: 1, run: (*session).dele},
	"LANG": {usage: "LANG [tag]", states: anyState, max: 1, cap: "LANG", run: (*session).lang},
	"LIST": {usage: "LIST [msg]", states: transaction, max: 1, run: (*session).list},
	"NOOP": {usage: "NOOP", states: transaction, run: (*session).noop},
	"PASS": {usage: "PASS string", states: authorization, min: 1, max: 1, cap: "USER",
		text: true, login: true, show: hide, run: (*session).pass},
	"QUIT": {usage: "QUIT", states: anyState, run: (*session).quit},
	"RETR": {usage: "RETR msg", states: transaction, min: 1, max: 1, run: (*session).retr},
	"RSET": {usage: "RSET", states: transaction, run: (*session).rset},
	"STAT": {usage: "STAT", states: transaction, run: (*session).stat},
	"STLS": {usage: "STLS", states: authorization, cap: "STLS", run: (*session).stls},
	"TOP":  {usage: "TOP msg n", states: transaction, min: 2, max: 2, cap: "TOP", run: (*session).top},
	"UIDL": {usage: "UIDL [msg]", states: transaction, max: 1, cap: "UIDL", run: (*session).uidl},
	"USER": {usage: "USER name", states: authorization, min: 1, max: 1, cap: "USER",
		text: true, login: true, run: (*session).userName},
	"UTF8": {usage: "UTF8", states: authorization, cap: "UTF8", run: (*session).utf8Mode},
}
