package wire

import "reflect"

// WatchFields remembers the exported fields of a server, a pointer to a struct,
// which must not be set from now on: Check fails the test for each that was,
// since that had no effect. Servers call it when they are first used. It returns
// a pointer to a struct with the same exported fields, for the server to read.
func (h *Host) WatchFields(server any) (fields any) {
	h.fields = reflect.ValueOf(server).Elem()
	h.were = reflect.New(h.fields.Type()).Elem()
	for i := range h.fields.NumField() {
		if f := h.fields.Field(i); f.CanSet() { // it is exported
			h.were.Field(i).Set(f)
		}
	}
	twin := reflect.New(h.fields.Type())
	twin.Elem().Set(h.were)
	return twin.Interface()
}

// setLate returns the names of the fields that were set after first use.
func (h *Host) setLate() []string {
	if !h.fields.IsValid() {
		return nil
	}
	var names []string
	for i := range h.fields.NumField() {
		if now := h.fields.Field(i); now.CanSet() && differ(h.were.Field(i), now) {
			names = append(names, h.fields.Type().Field(i).Name)
		}
	}
	return names
}

// differ reports whether a field was set. What a slice or a map holds isn't
// compared if it is the same one.
func differ(was, now reflect.Value) bool {
	a, b := was.Interface(), now.Interface()
	switch {
	case now.Kind() == reflect.Pointer:
		return a != b
	case !reflect.DeepEqual(a, a):
		return false // with a function, which can't be compared
	}
	return !reflect.DeepEqual(a, b)
}
