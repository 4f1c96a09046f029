package auth

import (
	"encoding/base64"
	"testing"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// TestVectors does the exchanges that the RFCs give as examples.
func TestVectors(t *testing.T) {
	tests := []struct {
		name, mechanism string
		user, password  string
		fixed, salt     string
		say             []string // client's responses; "" as the first is no initial response
		want            []string // challenges, "" is the end
	}{
		{
			name: "RFC 2195 section 2", mechanism: "CRAM-MD5",
			user: "tim", password: "tanstaaftanstaaf",
			fixed: "<1896.697170952@postoffice.reston.mci.net>",
			say:   []string{"", "tim b913a602c7eda7a495b4e6e7334d3890"},
			want:  []string{"<1896.697170952@postoffice.reston.mci.net>", ""},
		},
		{
			name: "RFC 4616 section 4", mechanism: "PLAIN",
			user: "tim", password: "tanstaaftanstaaf",
			say:  []string{"\x00tim\x00tanstaaftanstaaf"},
			want: []string{""},
		},
		{
			name: "RFC 5802 section 5", mechanism: "SCRAM-SHA-1",
			user: "user", password: "pencil",
			fixed: "3rfcNHYJY1ZVvWVs7j", salt: "QSXCR+Q6sek8bf92",
			say: []string{
				"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
				"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
			},
			want: []string{
				"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
				"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
			},
		},
		{
			name: "RFC 7677 section 3", mechanism: "SCRAM-SHA-256",
			user: "user", password: "pencil",
			fixed: "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", salt: "W22ZaJ0SNY7soEsUEjb6gQ==",
			say: []string{
				"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
				"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
			},
			want: []string{
				"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
				"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := new(mailstore.Store)
			st.Account(tt.user).Password = tt.password
			salt, err := base64.StdEncoding.DecodeString(tt.salt)
			if err != nil {
				t.Fatal(err)
			}
			c := &Config{Store: st, fixed: tt.fixed, salt: string(salt)}
			x, err := c.Start(tt.mechanism, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, say := range tt.say {
				response := []byte(say)
				if say == "" {
					response = nil
				}
				challenge, done, err := x.Next(response)
				if string(challenge) != tt.want[i] || err != nil || done != (i == len(tt.say)-1) {
					t.Errorf("Next(%q) = %q, %v, %v; want %q", say, challenge, done, err, tt.want[i])
				}
			}
			if x.Account() != st.Account(tt.user) {
				t.Errorf("logged in as %v", x.Account())
			}
		})
	}
}

// TestAPOPVector is the example of RFC 1939 section 7.
func TestAPOPVector(t *testing.T) {
	st := new(mailstore.Store)
	st.Account("mrose").Password = "tanstaaf"
	c := &Config{Store: st}
	const timestamp = "<1896.697170952@dbc.mtview.ca.us>"
	if _, err := c.APOP(nil, "mrose", timestamp, "c4c9334bac560ecc979e58001b3e22fb"); err != nil {
		t.Error(err)
	}
	if _, err := c.APOP(nil, "mrose", timestamp, "c4c9334bac560ecc979e58001b3e22fc"); err != ErrCredentials {
		t.Errorf("a wrong digest: %v", err)
	}
}
