package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/wire"
)

func ExamplePipe() {
	client, server := wire.Pipe()
	io.WriteString(client, "NOOP\r\nQUIT\r\n") // doesn't wait for a reader
	client.CloseWrite()
	b, err := io.ReadAll(server)
	fmt.Printf("%q %v\n", b, err)
	// Output: "NOOP\r\nQUIT\r\n" <nil>
}

func ExamplePipeConn() {
	client, server := wire.Pipe()
	var _ net.Conn = client
	fmt.Println(client.RemoteAddr() == server.LocalAddr())
	// Output: true
}

func ExamplePipeConn_Read() {
	client, server := wire.Pipe()
	io.WriteString(client, "hello")
	b := make([]byte, 10)
	n, err := server.Read(b)
	fmt.Printf("%q %v\n", b[:n], err)
	// Output: "hello" <nil>
}

func ExamplePipeConn_Write() {
	client, server := wire.Pipe()
	server.Close()
	_, err := client.Write([]byte("lost")) // as with a socket
	fmt.Println(err)
	_, err = client.Write([]byte("refused"))
	fmt.Println(errors.Is(err, syscall.EPIPE))
	// Output:
	// <nil>
	// true
}

func ExamplePipeConn_Close() {
	client, server := wire.Pipe()
	io.WriteString(client, "bye")
	client.Close()
	b, err := io.ReadAll(server)
	fmt.Printf("%q %v\n", b, err)
	_, err = client.Write(nil)
	fmt.Println(errors.Is(err, net.ErrClosed))
	// Output:
	// "bye" <nil>
	// true
}

func ExamplePipeConn_CloseWrite() {
	client, server := wire.Pipe()
	client.CloseWrite()
	io.WriteString(server, "still open")
	b := make([]byte, 20)
	n, err := client.Read(b)
	fmt.Printf("%q %v\n", b[:n], err)
	// Output: "still open" <nil>
}

func ExamplePipeConn_Abort() {
	client, server := wire.Pipe()
	server.Abort()
	_, err := client.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, syscall.ECONNRESET))
	// Output: true
}

func ExamplePipeConn_LocalAddr() {
	client, _ := wire.Pipe()
	host, _, err := net.SplitHostPort(client.LocalAddr().String())
	fmt.Println(host, err) // of a range that is never routed
	// Output: 192.0.2.1 <nil>
}

func ExamplePipeConn_RemoteAddr() {
	client, server := wire.Pipe()
	fmt.Println(client.RemoteAddr() == server.LocalAddr())
	// Output: true
}

func ExamplePipeConn_SetDeadline() {
	client, _ := wire.Pipe()
	client.SetDeadline(time.Now().Add(-time.Second))
	_, err := client.Write([]byte("x"))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	// Output: true
}

func ExamplePipeConn_SetReadDeadline() {
	client, _ := wire.Pipe()
	client.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := client.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	// Output: true
}

func ExamplePipeConn_SetWriteDeadline() {
	client, _ := wire.Pipe()
	client.SetWriteDeadline(time.Now().Add(time.Millisecond))
	n, err := client.Write(make([]byte, 1<<20)) // nobody reads
	fmt.Println(n < 1<<20, errors.Is(err, os.ErrDeadlineExceeded))
	// Output: true true
}

func ExampleNewListener() {
	l := wire.NewListener()
	var _ net.Listener = l // for servers that want one
	l.Close()
	_, err := l.Accept()
	fmt.Println(errors.Is(err, net.ErrClosed))
	// Output: true
}

func ExampleListener_Accept() {
	l := wire.NewListener()
	defer l.Close()
	client, err := l.Dial(context.Background()) // doesn't wait for Accept
	if err != nil {
		fmt.Println(err)
		return
	}
	server, err := l.Accept()
	fmt.Println(server.RemoteAddr() == client.LocalAddr(), err)
	// Output: true <nil>
}

func ExampleListener_Dial() {
	l := wire.NewListener()
	l.Close()
	_, err := l.Dial(context.Background())
	fmt.Println(errors.Is(err, net.ErrClosed))
	// Output: true
}

func ExampleListener_Addr() {
	l := wire.NewListener()
	defer l.Close()
	host, _, err := net.SplitHostPort(l.Addr().String())
	fmt.Println(host, err)
	// Output: 192.0.2.2 <nil>
}

func ExampleListener_Close() {
	l := wire.NewListener()
	client, err := l.Dial(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	l.Close() // nobody has accepted it
	_, err = client.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, syscall.ECONNRESET))
	// Output: true
}
