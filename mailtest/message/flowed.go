package message

import "strings"

// unflow puts the lines of format=flowed text together (RFC 3676 section 4):
// one that ends in a space goes on in the next, if both are quoted alike.
// With delSp the space goes, too. Line ends are LF.
func unflow(s string, delSp bool) string {
	var out strings.Builder
	flowing := false // the line before goes on
	depth := 0
	for line := range strings.Lines(s) {
		line, ended := strings.CutSuffix(line, "\n")
		quotes := len(line) - len(strings.TrimLeft(line, ">"))
		text := strings.TrimPrefix(line[quotes:], " ") // space-stuffing
		signature := text == "-- "
		if flowing && (quotes != depth || signature) {
			out.WriteByte('\n')
			flowing = false
		}
		if !flowing && quotes > 0 {
			out.WriteString(line[:quotes] + " ")
		}
		depth = quotes
		flowing = ended && strings.HasSuffix(text, " ") && !signature
		if flowing && delSp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if ended && !flowing {
			out.WriteByte('\n')
		}
	}
	return out.String()
}
