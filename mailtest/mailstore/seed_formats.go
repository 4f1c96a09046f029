package mailstore

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing/fstest"
	"time"
)

// parseMbox splits a file in the mboxrd format (RFC 4155 has the variants): a
// line "From " after an empty one begins a message, and one ">" of ">From " is
// taken off.
func parseMbox(raw []byte) []NewMessage {
	var msgs []NewMessage
	var from string
	var body []byte
	flush := func() {
		if from != "" {
			msgs = append(msgs, mboxMessage(from, bytes.TrimSuffix(body, []byte("\n"))))
		}
	}
	blank := true
	for line := range bytes.Lines(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))) {
		switch {
		case blank && bytes.HasPrefix(line, []byte("From ")):
			flush()
			from, body = string(line), nil
		case bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From ")):
			body = append(body, bytes.TrimPrefix(line, []byte(">"))...)
		default:
			body = append(body, line...)
		}
		blank = len(line) == 1
	}
	flush()
	return msgs
}

func mboxMessage(from string, body []byte) NewMessage {
	m := newSeed(slices.Clone(body))
	if words := strings.Fields(from); len(words) >= 7 {
		date, err := time.Parse("Mon Jan 2 15:04:05 2006", strings.Join(words[2:7], " "))
		if err == nil {
			m.Date = date
		}
	}
	root := m.Msg.Tree()
	for _, c := range root.Get("Status") + root.Get("X-Status") {
		if flag := mboxFlags[c]; flag != "" {
			m.Flags = append(m.Flags, flag)
		}
	}
	return m
}

// The letters of Status and X-Status, as mutt and the c-client write them.
var mboxFlags = map[rune]string{
	'R': `\Seen`, 'A': `\Answered`, 'F': `\Flagged`, 'D': `\Deleted`, 'T': `\Draft`,
}

// The letters after ":2," in a Maildir name.
var maildirFlags = map[rune]string{
	'S': `\Seen`, 'R': `\Answered`, 'F': `\Flagged`, 'T': `\Deleted`, 'D': `\Draft`, 'P': `$Forwarded`,
}

func isMaildir(list []fs.DirEntry) bool {
	return slices.ContainsFunc(list, func(f fs.DirEntry) bool {
		return f.IsDir() && (f.Name() == "cur" || f.Name() == "new")
	})
}

// maildir adds the messages of a Maildir, and the Maildir++ folders in it,
// whose names begin with a dot and have dots between the levels.
func (sd *seeder) maildir(dir, name string, list []fs.DirEntry) error {
	var files []string
	for _, sub := range []string{"cur", "new"} {
		found, err := fs.Glob(sd.fsys, path.Join(escapeGlob(dir), sub, "*"))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	slices.SortFunc(files, func(x, y string) int {
		return strings.Compare(path.Base(x), path.Base(y))
	})
	var msgs []NewMessage
	for _, f := range files {
		if strings.HasPrefix(path.Base(f), ".") {
			continue
		}
		raw, err := fs.ReadFile(sd.fsys, f)
		if err != nil {
			return err
		}
		msgs = append(msgs, maildirMessage(path.Base(f), raw))
	}
	if err := sd.add(name, msgs); err != nil {
		return err
	}
	return sd.maildirFolders(dir, name, list)
}

func (sd *seeder) maildirFolders(dir, name string, list []fs.DirEntry) error {
	for _, f := range list {
		levels, ok := strings.CutPrefix(f.Name(), ".")
		if !ok || !f.IsDir() {
			continue
		}
		folder := child(name, strings.ReplaceAll(levels, ".", "/"))
		if err := sd.dir(path.Join(dir, f.Name()), folder); err != nil {
			return err
		}
	}
	return nil
}

func maildirMessage(file string, raw []byte) NewMessage {
	m := newSeed(raw)
	if seconds, err := strconv.ParseInt(strings.SplitN(file, ".", 2)[0], 10, 64); err == nil {
		m.Date = time.Unix(seconds, 0).UTC()
	}
	// Where ":" can't be in a file name, ";" or "!" stands for it.
	if i := strings.LastIndexAny(file, ":;!"); i >= 0 && strings.HasPrefix(file[i+1:], "2,") {
		for _, c := range file[i+3:] {
			if flag := maildirFlags[c]; flag != "" {
				m.Flags = append(m.Flags, flag)
			}
		}
	}
	return m
}

// escapeGlob makes a pattern of a path.
func escapeGlob(p string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(p)
}

// Txtar returns the files of an archive in the txtar format, for Seed: a line
// "-- name --" before each file.
//
//	store.Seed(mailstore.Txtar(`
//	-- alice@example.com/INBOX/1.eml --
//	Subject: hello
//
//	Hello.
//	`))
func Txtar(archive string) fs.FS {
	files := make(fstest.MapFS)
	var file *fstest.MapFile
	for line := range strings.Lines(archive) {
		if name, ok := txtarName(line); ok {
			file = &fstest.MapFile{Mode: 0o444}
			files[name] = file
		} else if file != nil {
			file.Data = append(file.Data, line...)
		}
	}
	return files
}

func txtarName(line string) (name string, ok bool) {
	line = strings.TrimSpace(line)
	if name, ok = strings.CutPrefix(line, "-- "); !ok {
		return "", false
	}
	if name, ok = strings.CutSuffix(name, " --"); !ok {
		return "", false
	}
	name = path.Clean("/" + strings.TrimSpace(name))[1:] // never above the root
	return name, name != ""
}
