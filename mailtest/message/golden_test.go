package message

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written returns what Golden writes for a message.
func written(t *testing.T, m *Message, oldnew ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sub", "m.golden")
	t.Setenv("MAILTEST_UPDATE", "1")
	m.Golden(t, file, oldnew...)
	t.Setenv("MAILTEST_UPDATE", "")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestGoldenWrites(t *testing.T) {
	var all strings.Builder
	show := func(name string, m *Message, oldnew ...string) {
		all.WriteString("== " + name + "\n" + written(t, m, oldnew...) + "\n")
	}
	show("mixed", welcomeMessage(), "1234", "CODE")
	show("ids, ports and dates", New("", []string{"a@example.com"}, []byte("Received: by x\r\nDKIM-Signature: v=1; b=abc\r\n"+
		"Date: nonsense\r\nMessage-ID: <1@x>\r\nReferences: <0@x>\r\n <1@x>\r\nSubject: =?utf-8?q?caf=C3=A9?= at 127.0.0.1:8080\r\n"+
		multi("related", "Content-Type: text/html\r\n\r\n<img src=\"cid:i%40x\"> http://localhost:3000/x",
			"Content-Type: image/png\r\nContent-ID: <i@x>\r\nContent-Disposition: INLINE; filename=a.png\r\n\r\n\x89PNG"))))
	show("messages", Parse([]byte(mixedOf("Content-Type: message/rfc822\r\n\r\nSubject: in\r\nDate: Mon, 05 Jan 2026 10:00:00 +0000\r\n"+
		multi("alternative", "\r\na", "\r\nb")))))
	golden(t, "testdata/golden.txt", all.String())
}

// What isn't in the meaning doesn't matter.
func TestGoldenNormalises(t *testing.T) {
	other := strings.NewReplacer(
		"boundary=m", "boundary=\"another one\"", "--m", "--another one",
		"boundary=a", "boundary=zzz", "--a\r\n", "--zzz\r\n", "--a--", "--zzz--",
		"<1@shop.example>", "<22222@host7.shop.example>",
		"Mon, 05 Jan 2026", "Tue, 06 Jan 2026",
		"Content-Transfer-Encoding: quoted-printable", "Content-Transfer-Encoding: 8bit",
		"1234.=20", "1234. ", "=3D", "=",
		"Subject: Welcome, Alice", "Subject:\r\n =?utf-8?q?Welcome?=\r\n =?utf-8?q?,_Alice?=",
	).Replace(welcome)
	a, b := written(t, welcomeMessage()), written(t, New("no-reply@shop.example", []string{"alice@example.com"}, []byte("Received: x\r\n"+other)))
	if a != b {
		t.Errorf("golden files differ:\n%s\n%s", a, b)
	}
	if c := written(t, New("no-reply@shop.example", []string{"alice@example.com"}, []byte(strings.Replace(welcome, "Hello", "Hallo", 1)))); a == c {
		t.Error("a different text is not noticed")
	}
}

func TestGoldenCompares(t *testing.T) {
	defer unset(t)()
	file := filepath.Join(t.TempDir(), "m.golden")
	text := strings.ReplaceAll(written(t, welcomeMessage()), "\n", "\r\n")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	welcomeMessage().Golden(t, file)
}

// unset puts the flag -update of this test binary off until the function it
// returns is called.
func unset(t testing.TB) func() {
	was := *update
	*update = false
	if updating() {
		t.Skip("MAILTEST_UPDATE is set")
	}
	return func() { *update = was }
}

func TestGoldenUpdateFlag(t *testing.T) {
	defer unset(t)()
	if err := flag.Set("update", "true"); err != nil {
		t.Fatal(err)
	}
	if !updating() {
		t.Error("-update is not noticed")
	}
}
