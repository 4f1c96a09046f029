package smtpfake_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/mailfakes/mailfakes/mailtest/message"
	"github.com/mailfakes/mailfakes/mailtest/wire"
	"github.com/mailfakes/mailfakes/smtpfake"
	"golang.org/x/tools/txtar"
)

// A script is a conversation in testdata. Each file is a txtar archive; each
// of its files is one script, named by its row. It runs in a bubble, over a
// connection in memory. Its lines are
//
//	# comment
//	restart                  take another server
//	server Field value       set a field of the server
//	rule Field=value,...     add a rule to the server
//	account addr password    add an account
//	quota addr n             let an account have n messages
//	token addr token         give an account a token
//	challenge text           expect a 334 with this text in base64
//	cram user password       log in by CRAM-MD5, up to the reply
//	connect [mode]           another connection: plain (default), starttls, tls
//	C: line                  send a line
//	C> "bytes"               send bytes in Go's notation
//	S: line                  expect a line; "..." at its end stands for any rest
//	reply code               expect a whole reply with this code
//	ehlo                     send EHLO, expect success
//	has line, hasnot line    of the last EHLO reply, without its code; may end in "..."
//	mail                     open a transaction from alice to bob, both example.com
//	send "text"              mail and DATA with this text, expect success
//	tls                      do the handshake
//	write-close              end the client's direction
//	close                    end the connection
//	alert                    expect TLS alerts at most, and the end of the connection
//	end                      expect the end of the connection
//	wait duration            let time pass
//	fault Field=value,...    inject a fault
//	stored addr "text" ...   expect these messages in addr's inbox, and no others
//	count addr n             expect so many messages
//	from, rcpt, param, client, attr, header, part   look at the last message to bob@example.com
//
// {x*100} in a line that is sent stands for 100 times x. At the end nothing
// more must have come from the server.
func runScripts(t *testing.T, pattern string) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts fit %s (%v)", pattern, err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range ar.Files {
			runScript(t, f.Name, string(f.Data))
		}
	}
}

// runScript runs one script as a subtest.
func runScript(t *testing.T, name, text string) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			x := &script{t: t, srv: smtpfake.NewServer(t)}
			x.runAll(text)
		})
	})
}

type script struct {
	t    *testing.T
	srv  *smtpfake.Server
	raw  net.Conn
	c    net.Conn
	r    *bufio.Reader
	ehlo []string // last reply, without codes
	line int
	sent string // last
}

func (x *script) runAll(text string) {
	defer func() {
		if x.t.Failed() {
			x.t.Logf("transcript:\n%s", x.srv.Transcript())
		}
	}()
	for line := range strings.Lines(text) {
		x.line++
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' {
			x.run(line)
		}
	}
	x.quiet()
	if x.c != nil {
		x.c.Close()
	}
}

// quiet expects that the server says nothing more.
func (x *script) quiet() {
	if x.c == nil {
		return
	}
	x.c.SetReadDeadline(time.Now().Add(time.Second))
	if rest, err := io.ReadAll(x.r); len(rest) > 0 {
		x.t.Errorf("at the end: server said %q (%v)", rest, err)
	}
}

var scriptCommands = map[string]func(x *script, arg string){
	"restart":     (*script).restart,
	"server":      (*script).server,
	"rule":        (*script).rule,
	"account":     (*script).account,
	"quota":       (*script).quota,
	"token":       (*script).token,
	"challenge":   (*script).challenge,
	"cram":        (*script).cram,
	"connect":     (*script).connect,
	"C:":          func(x *script, arg string) { x.send(arg + "\r\n") },
	"C>":          func(x *script, arg string) { x.send(x.unquote(arg)[0]) },
	"S:":          (*script).expect,
	"reply":       (*script).reply,
	"ehlo":        (*script).hello,
	"has":         (*script).has,
	"hasnot":      (*script).hasNot,
	"mail":        (*script).mail,
	"send":        (*script).sendMail,
	"tls":         (*script).tls,
	"close":       func(x *script, _ string) { x.raw.Close() },
	"write-close": func(x *script, _ string) { x.raw.(*wire.PipeConn).CloseWrite() },
	"end":         (*script).end,
	"alert":       (*script).alert,
	"wait":        (*script).wait,
	"fault":       (*script).fault,
	"stored":      (*script).stored,
	"from":        (*script).from,
	"rcpt":        (*script).rcpt,
	"param":       (*script).param,
	"client":      (*script).client,
	"attr":        (*script).attr,
	"header":      (*script).header,
	"part":        (*script).part,
	"count":       (*script).count,
}

func (x *script) run(line string) {
	name, arg, _ := strings.Cut(line, " ")
	f := scriptCommands[name]
	if f == nil {
		x.fatalf("unknown script command %q", name)
	}
	f(x, arg)
}

func (x *script) fatalf(format string, args ...any) {
	x.t.Helper()
	x.t.Fatalf("line %d: %s", x.line, fmt.Sprintf(format, args...))
}

func (x *script) restart(string) {
	x.quiet()
	if x.c != nil {
		x.c.Close()
	}
	x.raw, x.c = nil, nil
	x.srv.Close()
	x.srv = smtpfake.NewServer(x.t)
}

// server sets a field by its name.
func (x *script) server(arg string) {
	name, value, _ := strings.Cut(arg, " ")
	x.setField(reflect.ValueOf(x.srv).Elem().FieldByName(name), name, value)
}

func (x *script) setField(f reflect.Value, name, value string) {
	if !f.IsValid() {
		x.fatalf("there is no field %s", name)
	}
	switch v := f.Addr().Interface().(type) {
	case *string:
		*v = value
	case *bool:
		*v = true
	case *[]string:
		if *v = strings.Split(value, ","); value == "" {
			*v = []string{}
		}
	case *time.Duration:
		*v = x.duration(value)
	case *int:
		*v = x.number(value)
	case *int64:
		*v = int64(x.number(value))
	case *map[string][]string:
		name, list, _ := strings.Cut(value, " ")
		if *v == nil {
			*v = make(map[string][]string)
		}
		(*v)[name] = strings.Fields(list)
	case *map[string]string:
		name, text, _ := strings.Cut(value, " ")
		if *v == nil {
			*v = make(map[string]string)
		}
		(*v)[name] = text
	case *map[string]time.Time:
		name, text, _ := strings.Cut(value, " ")
		date, err := time.Parse(time.RFC3339, text)
		if err != nil {
			x.fatalf("%v", err)
		}
		*v = map[string]time.Time{name: date}
	default:
		x.fatalf("can't set a %s", f.Type())
	}
}

func (x *script) number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		x.fatalf("%v", err)
	}
	return n
}

func (x *script) duration(s string) time.Duration {
	d, err := time.ParseDuration(s)
	if err != nil {
		x.fatalf("%v", err)
	}
	return d
}

func (x *script) account(arg string) {
	addr, password, _ := strings.Cut(arg, " ")
	a := x.srv.Store.Account(addr)
	if password != "" {
		a.Password = password
	}
}

func (x *script) quota(arg string) {
	addr, n, _ := strings.Cut(arg, " ")
	x.srv.Store.Account(addr).Quota.Messages = x.number(n)
}

func (x *script) connect(mode string) {
	if x.c != nil {
		x.quiet()
		x.c.Close()
	}
	port := map[string]string{"starttls": "587", "tls": "465"}[mode]
	var err error
	if port == "" {
		x.raw, err = x.srv.Dial(x.t.Context())
	} else {
		x.raw, err = x.srv.DialContext(x.t.Context(), "tcp", "mail.example.com:"+port)
	}
	if err != nil {
		x.fatalf("%v", err)
	}
	x.c, x.r, x.sent = x.raw, bufio.NewReader(x.raw), ""
	if mode == "tls" {
		x.tls("")
	}
	if port != "" {
		x.expect("220 mail.example.com ...")
	}
}

func (x *script) tls(string) {
	cfg := wire.ClientTLS()
	cfg.ServerName = "mail.example.com"
	c := tls.Client(x.raw, cfg)
	if err := c.Handshake(); err != nil {
		x.fatalf("handshake: %v", err)
	}
	x.c, x.r = c, bufio.NewReader(c)
}

// need connects in the clear if the script has not connected.
func (x *script) need() {
	if x.c == nil {
		x.connect("")
		x.expect("220 mail.example.com ...")
	}
}

var repeats = regexp.MustCompile(`(?s)\{(.+?)\*(\d+)\}`)

func (x *script) send(s string) {
	x.need()
	x.write(x.expand(s))
}

// expand repeats what is to be repeated.
func (x *script) expand(s string) string {
	return repeats.ReplaceAllStringFunc(s, func(m string) string {
		p := repeats.FindStringSubmatch(m)
		return strings.Repeat(p[1], x.number(p[2]))
	})
}

func (x *script) write(s string) {
	x.sent = s
	x.c.SetWriteDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.WriteString(x.c, s); err != nil {
		x.fatalf("write: %v", err)
	}
}

func (x *script) readLine() string {
	x.need()
	x.c.SetReadDeadline(time.Now().Add(time.Minute))
	line, err := x.r.ReadString('\n')
	line, ok := strings.CutSuffix(line, "\r\n")
	if err != nil || !ok {
		x.fatalf("read %q, %v", line, err)
	}
	x.checkStatus(line)
	return line
}

var (
	status     = regexp.MustCompile(`^([245])\d\d[ -]([245])\.\d{1,3}\.\d{1,3} `)
	withStatus = regexp.MustCompile(`^[245]\d\d[ -]`)
	greetings  = regexp.MustCompile(`(?i)^$|EHLO|HELO|LHLO|XCLIENT`)
)

// checkStatus checks that each line of a reply has an enhanced status code, of
// the same class as the reply code, but for the greeting and the replies to
// EHLO and the like (RFC 2034 section 4).
func (x *script) checkStatus(line string) {
	m := status.FindStringSubmatch(line)
	switch {
	case m != nil && m[1] != m[2]:
		x.fatalf("status code of another class: %q", line)
	case m == nil && withStatus.MatchString(line) && !greetings.MatchString(x.sent) &&
		!slices.Contains(x.srv.Disable, "ENHANCEDSTATUSCODES"):
		x.fatalf("no enhanced status code: %q", line)
	}
}

func (x *script) expect(want string) {
	x.t.Helper()
	if got := x.readLine(); !fits(got, want) {
		x.fatalf("server said %q, want %q", got, want)
	}
}

func fits(got, want string) bool {
	if prefix, ok := strings.CutSuffix(want, "..."); ok {
		return strings.HasPrefix(got, prefix)
	}
	return got == want
}

// readReply reads a reply of any number of lines and returns its code and the
// text of its lines.
func (x *script) readReply() (code string, lines []string) {
	for {
		line := x.readLine()
		if len(line) < 4 || code != "" && line[:3] != code {
			x.fatalf("reply line %q after code %q", line, code)
		}
		code, lines = line[:3], append(lines, line[4:])
		if line[3] == ' ' {
			return code, lines
		}
		if line[3] != '-' {
			x.fatalf("reply line %q", line)
		}
	}
}

func (x *script) reply(want string) {
	if code, lines := x.readReply(); code != want {
		x.fatalf("server said %s %q, want %s", code, lines, want)
	}
}

func (x *script) hello(string) {
	verb := "EHLO"
	if x.srv.LMTP {
		verb = "LHLO"
	}
	x.send(verb + " client.example.com\r\n")
	code, lines := x.readReply()
	if code != "250" {
		x.fatalf("EHLO: %s %q", code, lines)
	}
	x.ehlo = lines
}

func (x *script) offers(want string) bool {
	for _, l := range x.ehlo[1:] {
		if fits(l, want) {
			return true
		}
	}
	return false
}

func (x *script) has(want string) {
	if !x.offers(want) {
		x.fatalf("EHLO has no %q: %q", want, x.ehlo)
	}
}

func (x *script) hasNot(want string) {
	if x.offers(want) {
		x.fatalf("EHLO has %q: %q", want, x.ehlo)
	}
}

func (x *script) mail(string) {
	x.send("MAIL FROM:<alice@example.com>\r\n")
	x.expect("250 2.1.0 ...")
	x.send("RCPT TO:<bob@example.com>\r\n")
	x.expect("250 2.1.5 ...")
}

func (x *script) sendMail(arg string) {
	x.mail("")
	x.send("DATA\r\n")
	x.expect("354 ...")
	x.send(x.unquote(arg)[0] + ".\r\n")
	x.expect("250 2.0.0 ...")
}

func (x *script) end(string) {
	x.c.SetReadDeadline(time.Now().Add(time.Minute))
	if b, err := x.r.ReadByte(); err != io.EOF {
		x.fatalf("read %q, %v; want the end of the connection", b, err)
	}
}

// alert expects the end of the connection, after TLS alerts at most.
func (x *script) alert(string) {
	x.c.SetReadDeadline(time.Now().Add(time.Minute))
	b, err := io.ReadAll(x.r)
	for len(b) >= 5 && b[0] == 21 {
		b = b[min(len(b), 5+int(b[3])<<8+int(b[4])):]
	}
	if len(b) > 0 || err != nil {
		x.fatalf("read %q, %v; want TLS alerts and the end", b, err)
	}
}

func (x *script) wait(arg string) { time.Sleep(x.duration(arg)) }

// fault injects a fault, by its fields.
func (x *script) fault(arg string) {
	var f wire.Fault
	x.setFields(reflect.ValueOf(&f), arg)
	x.srv.Inject(f)
}

func (x *script) rule(arg string) {
	var r smtpfake.Rule
	x.setFields(reflect.ValueOf(&r), arg)
	x.srv.Rules = append(x.srv.Rules, r)
}

// setFields sets the fields of a struct: "Field=value,Flag". "\n" in a value
// is a line end.
func (x *script) setFields(p reflect.Value, arg string) {
	for field := range strings.SplitSeq(arg, ",") {
		name, value, _ := strings.Cut(field, "=")
		x.setField(p.Elem().FieldByName(name), name, strings.ReplaceAll(value, `\n`, "\n"))
	}
}

func (x *script) stored(arg string) {
	addr, texts, _ := strings.Cut(arg, " ")
	// A server that was cut off needs a moment to see it.
	synctest.Wait()
	var got []string
	if a := x.srv.Store.Lookup(addr); a != nil {
		box := a.Mailbox("INBOX").Snapshot()
		for i := range box.Len() {
			got = append(got, string(box.At(i).Msg.Raw))
		}
	}
	if diff := cmp.Diff(x.unquote(texts), got); diff != "" {
		x.fatalf("messages to %s (-want +got):\n%s", addr, diff)
	}
}

func (x *script) unquote(s string) (list []string) {
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		q, err := strconv.QuotedPrefix(s)
		if err != nil {
			x.fatalf("%v: %s", err, s)
		}
		text, _ := strconv.Unquote(q)
		list = append(list, x.expand(text))
		s = s[len(q):]
	}
	return list
}

// last returns the last message to bob.
func (x *script) last() *message.Message {
	box := x.srv.Store.Account("bob@example.com").Mailbox("INBOX").Snapshot()
	if box.Len() == 0 {
		x.fatalf("no message to bob@example.com")
	}
	return box.At(box.Len() - 1).Msg
}

func (x *script) same(what string, want, got any) {
	x.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		x.fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func (x *script) from(arg string) { x.same("reverse-path", arg, x.last().MailFrom) }

func (x *script) rcpt(arg string) { x.same("forward-paths", strings.Fields(arg), x.last().RcptTo) }

// param looks at a parameter: of MAIL, or with a number of that RCPT, from 1.
func (x *script) param(arg string) {
	name, want, _ := strings.Cut(arg, " ")
	via := x.last().Via
	params := via.MailParams
	if n, rest, ok := strings.Cut(name, "/"); ok {
		params, name = via.RcptParams[x.number(n)-1], rest
	}
	got, ok := params[name]
	if !ok {
		x.fatalf("no parameter %s: %q", name, params)
	}
	x.same(name, want, got)
}

func (x *script) client(arg string) {
	via := x.last().Via
	x.same("client and user", arg, via.RemoteAddr.String()+" "+via.User)
}

func (x *script) attr(arg string) {
	name, want, _ := strings.Cut(arg, " ")
	x.same(name, want, x.last().Via.Client[name])
}

func (x *script) header(arg string) {
	name, want, _ := strings.Cut(arg, " ")
	got := strings.Join(strings.Fields(x.last().Tree().Get(name)), " ")
	x.same(name, want, got)
}

// part looks at a part by its number: its media type and body.
func (x *script) part(arg string) {
	f := strings.SplitN(arg, " ", 3)
	p := x.last().Tree().Find(x.number(f[0]))
	if p == nil {
		x.fatalf("no part %s", f[0])
	}
	x.same("media type", f[1], p.MediaType())
	x.same("body", x.unquote(f[2])[0], string(p.BodyBytes()))
}

func (x *script) count(arg string) {
	addr, n, _ := strings.Cut(arg, " ")
	x.same("messages", x.number(n), x.srv.Store.Account(addr).Mailbox("INBOX").Snapshot().Len())
}
