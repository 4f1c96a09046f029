package mailstore

import (
	"slices"
	"strings"
)

// The system flags of RFC 3501 section 2.3.2 that can be stored.
var systemFlags = []string{`\Answered`, `\Flagged`, `\Deleted`, `\Seen`, `\Draft`}

// A FlagOp says what SetFlags does with the flags that are there.
type FlagOp uint8

// The flag operations.
const (
	ReplaceFlags FlagOp = iota
	AddFlags
	RemoveFlags
)

// SetFlags changes the flags of the messages with these UIDs, as one step,
// each with a mod-sequence of its own. Flags are told apart in any case;
// \Recent is passed over, as are UIDs that are not there. It returns the
// entries whose flags are other ones now, in the order of uids.
func (b *Mailbox) SetFlags(uids []uint32, op FlagOp, flags ...string) []*Entry {
	changed, _ := b.SetFlagsUnchanged(uids, ^uint64(0), op, flags...)
	return changed
}

// SetFlagsUnchanged is SetFlags for the messages whose mod-sequence is not
// above since, and returns the UIDs of the others as modified: the
// UNCHANGEDSINCE of STORE (RFC 7162 section 3.1.3).
func (b *Mailbox) SetFlagsUnchanged(
	uids []uint32, since uint64, op FlagOp, flags ...string,
) (changed []*Entry, modified []uint32) {
	b.store.mu.Lock()
	defer b.store.mu.Unlock()
	d := b.edit()
	for _, uid := range uids {
		i, ok := d.Index(uid)
		switch {
		case !ok:
		case d.At(i).ModSeq > since:
			modified = append(modified, uid)
		default:
			if e := d.setFlags(i, op, flags); e != nil {
				changed = append(changed, e)
			}
		}
	}
	d.commit()
	return changed, modified
}

// setFlags returns the new entry, or nil if the flags are what they were.
func (d draft) setFlags(i int, op FlagOp, flags []string) *Entry {
	old := d.At(i)
	set := d.flagSet(apply(old.Flags, op, flags))
	if sameFlags(set, old.Flags) {
		return nil
	}
	e := *old
	e.Flags = set
	e.ModSeq = d.note(e.UID, Flagged)
	d.Snapshot.set(i, &e, d.edit)
	return &e
}

func apply(old []string, op FlagOp, flags []string) []string {
	switch op {
	case ReplaceFlags:
		return flags
	case AddFlags:
		return append(slices.Clip(old), flags...)
	default:
		return slices.DeleteFunc(slices.Clone(old), func(f string) bool { return hasFlag(flags, f) })
	}
}

func hasFlag(flags []string, f string) bool {
	return slices.ContainsFunc(flags, func(g string) bool { return strings.EqualFold(f, g) })
}

func sameFlags(x, y []string) bool {
	return len(x) == len(y) && !slices.ContainsFunc(x, func(f string) bool { return !hasFlag(y, f) })
}

// A flagTable holds each set of flags that a mailbox uses once, since its
// messages have the same few.
type flagTable map[string][]string // by the flags, joined

// flagSet returns the flags in canonical spelling without doubles, as a slice
// that is shared and must not be changed. New keywords become the mailbox's.
func (d draft) flagSet(flags []string) []string {
	if len(flags) == 0 {
		return nil
	}
	var buf [128]byte
	key := buf[:0]
	for _, f := range flags {
		key = append(append(key, f...), 0)
	}
	if set, ok := d.box.flags[string(key)]; ok {
		return set
	}
	var set []string
	for _, f := range flags {
		if f = d.spelling(f); f != "" && !slices.Contains(set, f) {
			set = append(set, f)
		}
	}
	if d.box.flags == nil {
		d.box.flags = make(flagTable)
	}
	d.box.flags[string(key)] = slices.Clip(set)
	return set
}

// spelling returns the one spelling of a flag in this mailbox: the RFC's of a
// system flag, the first of a keyword, "" for \Recent, which nobody can set.
func (d draft) spelling(flag string) string {
	same := func(f string) bool { return strings.EqualFold(f, flag) }
	if i := slices.IndexFunc(systemFlags, same); i >= 0 {
		return systemFlags[i]
	}
	if i := slices.IndexFunc(d.Keywords, same); i >= 0 {
		return d.Keywords[i]
	}
	if flag == "" || strings.EqualFold(flag, `\Recent`) {
		return ""
	}
	flag = strings.Clone(flag)
	d.Keywords = append(slices.Clip(d.Keywords), flag)
	return flag
}
