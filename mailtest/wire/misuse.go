package wire

import (
	"fmt"
	"slices"
	"strings"
)

// checked returns a fault as it is asked for, and panics if it can't be.
func (h *Host) checked(method string, f Fault) Fault {
	if h.isClosed() {
		panic(fmt.Sprintf("%s: %s after Close: no connection comes any more; call it before, in %s",
			h.Name, method, describe(f)))
	}
	f.On = strings.ToUpper(f.On)
	f.Reply = strings.TrimSuffix(strings.ReplaceAll(f.Reply, "\r\n", "\n"), "\n")
	for _, check := range []func(*Host, *Fault) string{
		checkOn, checkState, checkNumbers, checkReply, checkEnding, checkTLS, checkMid,
	} {
		if problem := check(h, &f); problem != "" {
			panic(fmt.Sprintf("%s: %s: %s, in %s", h.Name, method, problem, describe(f)))
		}
	}
	return f
}

func checkOn(h *Host, f *Fault) string {
	always := []string{"", StepConnect, StepTLS}
	if len(h.Steps) == 0 || slices.Contains(append(always, h.Steps...), f.On) {
		return ""
	}
	return fmt.Sprintf("no command or step %q; there are CONNECT TLS %s",
		f.On, strings.Join(h.Steps, " "))
}

func checkState(h *Host, f *Fault) string {
	same := func(s string) bool { return strings.EqualFold(s, f.State) }
	if f.State == "" || len(h.States) == 0 || slices.ContainsFunc(h.States, same) {
		return ""
	}
	return fmt.Sprintf("no state %q; there are %s", f.State, strings.Join(h.States, ", "))
}

func checkNumbers(_ *Host, f *Fault) string {
	switch {
	case min(f.Conn, f.Nth, f.Times, f.Mid, f.Split, f.Rate) < 0 || f.Delay < 0:
		return "a negative number"
	case f.Repeat != 0 && len(f.Raw) == 0:
		return "Repeat without Raw"
	case f.Repeat < 0 && (f.Reply != "" || len(f.RawAfter) > 0 || f.Cut < 0):
		return "Repeat without end, and something that comes after it"
	}
	return ""
}

func checkReply(h *Host, f *Fault) string {
	switch {
	case f.Reply == "":
		return ""
	case f.Silent:
		return "Silent and Reply"
	case f.Answered:
		return "Answered and Reply"
	case strings.Contains(f.Reply, "\r"):
		return "a CR in Reply: use Raw"
	case h.CheckReply == nil:
		return ""
	}
	if err := h.CheckReply(f.On, f.Reply); err != nil {
		return err.Error() + ": use Raw if it is to be malformed"
	}
	return ""
}

func checkEnding(_ *Host, f *Fault) string {
	names := f.endings()
	switch {
	case len(names) > 1:
		return strings.Join(names, " and ") + " exclude each other"
	case f.Hangup && (f.Stall || f.StopReading):
		return names[0] + " and Hangup exclude each other"
	case f.Answered && len(names) == 0:
		return "Answered without an ending such as Hangup"
	case f.Answered && f.Silent:
		return "Answered and Silent"
	}
	return ""
}

func checkTLS(h *Host, f *Fault) string {
	switch {
	case f.TLS == "" && f.Conf == nil:
		return ""
	case f.On != StepTLS:
		return `TLS and Conf need On: "TLS"`
	case f.TLS != "" && f.Conf != nil:
		return "TLS and Conf exclude each other"
	}
	h.checkTLSCase(f.TLS)
	return ""
}

func checkMid(_ *Host, f *Fault) string {
	switch {
	case f.Mid == 0:
		return ""
	case f.On == "":
		return "Mid needs On"
	case f.After || f.Answered || f.Edit != nil:
		return "Mid doesn't go with After, Answered or Edit: there is no reply yet"
	}
	return ""
}
