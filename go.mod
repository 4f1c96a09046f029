module github.com/mailfakes/mailfakes

go 1.26

require (
	github.com/emersion/go-imap/v2 v2.0.0-beta.8
	github.com/emersion/go-message v0.18.2
	github.com/emersion/go-sasl v0.0.0-20241020182733-b788ff22d5a6
	github.com/emersion/go-smtp v0.25.1
	github.com/xdg-go/scram v1.4.0
	github.com/xdg-go/stringprep v1.0.4
	golang.org/x/net v0.57.0
	golang.org/x/text v0.40.0
)

// Only tests and examples need these.
require (
	github.com/google/go-cmp v0.7.0
	github.com/knadh/go-pop3 v1.0.2
	github.com/wneessen/go-mail v0.8.1
	go.uber.org/goleak v1.3.0
	golang.org/x/crypto v0.54.0 // indirect
	golang.org/x/tools v0.47.0
)
