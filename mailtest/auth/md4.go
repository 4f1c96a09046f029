package auth

import (
	"encoding/binary"
	"math/bits"
)

// md4 is RFC 1320's digest, of which NTLM makes its keys. crypto hasn't got it,
// rightly.
func md4(text []byte) []byte {
	le := binary.LittleEndian
	data := append(append([]byte(nil), text...), 0x80)
	for len(data)%64 != 56 {
		data = append(data, 0)
	}
	data = le.AppendUint64(data, uint64(len(text))*8)
	state := [4]uint32{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}
	for ; len(data) > 0; data = data[64:] {
		var x [16]uint32
		for i := range x {
			x[i] = le.Uint32(data[4*i:])
		}
		md4Block(&state, &x)
	}
	var sum []byte
	for _, word := range state {
		sum = le.AppendUint32(sum, word)
	}
	return sum
}

// md4Rounds are the three rounds of section 3.4: a function and a constant that
// are added, the words in the order in which they are, and how far each result
// is rotated.
var md4Rounds = [3]struct {
	f     func(x, y, z uint32) uint32
	add   uint32
	order [16]uint8
	shift [4]int
}{
	{func(x, y, z uint32) uint32 { return x&y | ^x&z }, 0,
		[16]uint8{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, [4]int{3, 7, 11, 19}},
	{func(x, y, z uint32) uint32 { return x&y | x&z | y&z }, 0x5a827999,
		[16]uint8{0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15}, [4]int{3, 5, 9, 13}},
	{func(x, y, z uint32) uint32 { return x ^ y ^ z }, 0x6ed9eba1,
		[16]uint8{0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15}, [4]int{3, 9, 11, 15}},
}

func md4Block(state *[4]uint32, words *[16]uint32) {
	a, b, c, d := state[0], state[1], state[2], state[3]
	for _, r := range md4Rounds {
		for i, k := range r.order {
			n := bits.RotateLeft32(a+r.f(b, c, d)+words[k]+r.add, r.shift[i%4])
			a, b, c, d = d, n, b, c
		}
	}
	state[0] += a
	state[1] += b
	state[2] += c
	state[3] += d
}
