package message_test

import (
	"fmt"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

var mixed = message.Parse([]byte("Subject: two parts\r\n" +
	"subject: again\r\n" +
	"Content-Type: multipart/mixed; boundary=\"b\"\r\n" +
	"\r\n" +
	"--b\r\n" +
	"Content-Type: Text/Plain; Charset=iso-8859-1\r\n" +
	"Content-Transfer-Encoding: quoted-printable\r\n" +
	"\r\n" +
	"caf=E9\r\n" +
	"\r\n" +
	"--b\r\n" +
	"Content-Type: message/rfc822\r\n" +
	"\r\n" +
	"Subject: inner\r\n" +
	"\r\n" +
	"hello\r\n" +
	"--b--\r\n")).Tree()

func ExamplePart() {
	p := mixed.Parts[0]
	fmt.Println(p.Type, p.Subtype, p.Params, p.Encoding)
	fmt.Println(mixed.Start, mixed.Body, p.Start, p.Body, p.End, mixed.End)
	// Output:
	// Text Plain [{Charset iso-8859-1}] quoted-printable
	// 0 83 88 181 189 260
}

func ExamplePart_Find() {
	fmt.Printf("%q\n", mixed.Find(2, 1).BodyBytes())
	fmt.Println(mixed.Find(3) == nil)
	// Output:
	// "hello"
	// true
}

func ExamplePart_HeaderBytes() {
	fmt.Printf("%q\n", mixed.Find(2).HeaderBytes())
	// Output:
	// "Content-Type: message/rfc822\r\n\r\n"
}

func ExamplePart_BodyBytes() {
	fmt.Printf("%q\n", mixed.Find(1).BodyBytes())
	// Output:
	// "caf=E9\r\n"
}

func ExamplePart_Decoded() {
	b, ok := mixed.Find(1).Decoded()
	fmt.Printf("%q %v\n", b, ok)
	// Output:
	// "caf\xe9\r\n" true
}

func ExamplePart_Text() {
	fmt.Printf("%q\n", mixed.Find(1).Text())
	// Output:
	// "café\r\n"
}

func ExamplePart_Lines() {
	fmt.Println(mixed.Find(1).Lines())
	// Output:
	// 1
}

func ExamplePart_MediaType() {
	fmt.Println(mixed.Find(1).MediaType())
	// Output:
	// text/plain
}

func ExamplePart_IsMultipart() {
	fmt.Println(mixed.IsMultipart(), mixed.Find(1).IsMultipart())
	// Output:
	// true false
}

func ExamplePart_IsMessage() {
	p := mixed.Find(2)
	fmt.Println(p.IsMessage(), p.Parts[0].Get("Subject"))
	// Output:
	// true inner
}

func ExamplePart_Param() {
	fmt.Println(mixed.Find(1).Param("charset"))
	// Output:
	// iso-8859-1
}

func ExampleParam() {
	for _, p := range mixed.Params {
		fmt.Printf("%s=%q\n", p.Name, p.Value)
	}
	// Output:
	// boundary="b"
}

func ExamplePart_Fields() {
	for _, f := range mixed.Fields() {
		fmt.Printf("%s: %s\n", f.Name, f.Value)
	}
	// Output:
	// Subject: two parts
	// subject: again
	// Content-Type: multipart/mixed; boundary="b"
}

func ExampleField() {
	f := message.Parse([]byte("Subject: folded\r\n here\r\n\r\n")).Tree().Fields()[0]
	fmt.Printf("%q %q %q\n", f.Name, f.Value, f.Raw)
	// Output:
	// "Subject" "folded here" "Subject: folded\r\n here\r\n"
}

func ExamplePart_RawFields() {
	for name, field := range mixed.RawFields() {
		fmt.Printf("%s %d\n", name, len(field))
	}
	// Output:
	// Subject 20
	// subject 16
	// Content-Type 45
}

func ExampleFieldValue() {
	fmt.Println(message.FieldValue([]byte("Subject:\r\n folded\r\n")))
	// Output:
	// folded
}

func ExamplePart_Get() {
	fmt.Println(mixed.Get("SUBJECT"))
	// Output:
	// two parts
}
