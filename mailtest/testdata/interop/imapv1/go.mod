module github.com/mailfakes/mailfakes/mailtest/testdata/interop/imapv1

go 1.26

require (
	github.com/emersion/go-imap v1.2.1
	github.com/mailfakes/mailfakes v0.0.0
)

require (
	github.com/emersion/go-imap/v2 v2.0.0-beta.8 // indirect
	github.com/emersion/go-message v0.18.2 // indirect
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6 // indirect
	github.com/emersion/go-smtp v0.25.1 // indirect
	github.com/xdg-go/scram v1.4.0 // indirect
	github.com/xdg-go/stringprep v1.0.4 // indirect
	golang.org/x/net v0.57.0 // indirect
	golang.org/x/text v0.40.0 // indirect
)

replace github.com/mailfakes/mailfakes => ../../../..
