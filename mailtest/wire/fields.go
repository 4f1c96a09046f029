package wire

import "reflect"

// A field is an exported field of a server, as it was at first use.
type field struct {
	name string
	now  reflect.Value // the field itself
	was  any
}

// WatchFields remembers the exported fields of a server, a pointer to a struct,
// which must not be set from now on: Check fails the test for each that was,
// since that had no effect. Servers call it when they are first used.
func (h *Host) WatchFields(server any) {
	v := reflect.ValueOf(server).Elem()
	for i := range v.NumField() {
		if f := v.Type().Field(i); f.IsExported() {
			h.fields = append(h.fields, field{f.Name, v.Field(i), v.Field(i).Interface()})
		}
	}
}

// setLate reports whether the field was set after first use. What a slice or a
// map holds isn't compared if it is the same one.
func (f *field) setLate() bool {
	now := f.now.Interface()
	switch {
	case f.now.Kind() == reflect.Pointer:
		return now != f.was
	case !reflect.DeepEqual(f.was, f.was):
		return false // with a function, which can't be compared
	}
	return !reflect.DeepEqual(f.was, now)
}
