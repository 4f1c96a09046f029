package imapfake

import (
	"sync"

	"strings"

	"github.com/emersion/go-imap/v2"

	"github.com/mailfakes/mailfakes/mailtest/mailstore"
)

// An extension is one file's part of the server: capabilities and what comes
// with them. To add one:
//
//   - write a file with a variable of this type, in which each entry names the
//     capability that it needs, and add it to extensions below;
//   - what isn't offered is left out of the registry, so nothing needs to ask
//     but code that behaves differently: session.has, and session.enabled for
//     what ENABLE switches on;
//   - the ready sets of caps.go that name the capability offer it from then on;
//   - add its rows to a file of rows, and that to the list in
//     conformance_test.go.
//
// Functions of an extension that need the registry find it in the session: a
// reference to the tables themselves would be an initialization cycle.
type extension struct {
	caps     []imap.Cap // offered, in this order
	also     []imap.Cap // known, but not offered with "*"
	preauth  bool       // offered before login as well
	enable   []enabler
	commands []command

	fetchItems     []fetchItem
	fetchModifiers []fetchModifier
	searchKeys     []searchKey
	returnOptions  []returnOption
	sortKeys       []sortKey
	storeItems     []storeItem
	statusItems    []statusItem
	listOptions    []listOption
	selectParams   []selectParam
	createParams   []createParam
}

// extensions returns all of them, in the order in which capabilities are
// offered.
func extensions() []*extension {
	return []*extension{
		&baseExtension,
		&fetchExtension,
		&binaryExtension,
		&saveDateExtension,
		&previewExtension,
		&objectIDExtension,
		&searchExtension,
		&esearchExtension,
		&searchResExtension,
		&withinExtension,
		&partialExtension,
		&multiSearchExtension,
		&fuzzyExtension,
		&inProgressExtension,
		&sortExtension,
		&sortDisplayExtension,
		&esortExtension,
		&contextSearchExtension,
		&contextSortExtension,
		&threadExtension,
		&gmailExtension,
		&loginExtension,
		&startTLSExtension,
		&idExtension,
		&enableExtension,
		&idleExtension,
		&selectExtension,
		&unselectExtension,
		&createExtension,
		&subscribeExtension,
		&listExtension,
		&listExtendedExtension,
		&listStatusExtension,
		&specialUseExtension,
		&createSpecialUseExtension,
		&xlistExtension,
		&listMyRightsExtension,
		&metadataExtension,
		&listMetadataExtension,
		&notifyExtension,
		&catenateExtension,
		&urlAuthExtension,
		&replaceExtension,
		&languageExtension,
		&comparatorExtension,
		&jmapAccessExtension,
		&uidOnlyExtension,
		&filtersExtension,
		&annotateMoreExtension,
		&loginReferralsExtension,
		&mailboxReferralsExtension,
		&aclExtension,
		&quotaExtension,
		&namespaceExtension,
		&statusExtension,
		&statusSizeExtension,
		&appendExtension,
		&multiAppendExtension,
		&appendLimitExtension,
		&uidPlusExtension,
		&copyExtension,
		&moveExtension,
		&storeExtension,
		&condStoreExtension,
		&qresyncExtension,
		&condStoreFetchExtension,
		&expungeExtension,
		&literalPlusExtension,
		&utf8Extension,
		&rev2Extension,
		&compressExtension,
		&unauthenticateExtension,
		&uidBatchesExtension,
		&messageLimitExtension,
		&applePushExtension,
		&xyzzyExtension,
	}
}

// A registry is the part of the extensions that a server offers, by name. It
// doesn't change.
type registry struct {
	offered    imap.CapSet
	extensions []*extension

	commands       map[string]*command
	enable         map[imap.Cap]*enabler // in upper case
	fetchItems     map[string]*fetchItem
	fetchModifiers map[string]*fetchModifier
	searchKeys     map[string]*searchKey
	returnOptions  map[string]*returnOption
	sortKeys       map[string]*sortKey
	storeItems     map[string]*storeItem
	statusItems    map[string]*statusItem
	listOptions    map[string]*listOption
	selectParams   map[string]*selectParam
	createParams   map[string]*createParam
}

// tables returns what a server with these Caps offers and knows. It doesn't
// change, so the servers with the zero Caps, which are nearly all, share it.
func (c Caps) tables() (*offer, *registry) {
	if c.After+c.Before+c.Delim+c.Prefix == "" && c.folders == nil && !c.ready && !c.attrs {
		return usualTables()
	}
	o := newOffer(c)
	return o, newRegistry(o.set)
}

var usualTables = sync.OnceValues(func() (*offer, *registry) {
	o := newOffer(Caps{})
	return o, newRegistry(o.set)
})

// newRegistry returns what there is with the offered capabilities.
func newRegistry(offered imap.CapSet) *registry {
	r := &registry{
		offered:        offered,
		extensions:     extensions(),
		commands:       make(map[string]*command),
		enable:         make(map[imap.Cap]*enabler),
		fetchItems:     make(map[string]*fetchItem),
		fetchModifiers: make(map[string]*fetchModifier),
		searchKeys:     make(map[string]*searchKey),
		returnOptions:  make(map[string]*returnOption),
		sortKeys:       make(map[string]*sortKey),
		storeItems:     make(map[string]*storeItem),
		statusItems:    make(map[string]*statusItem),
		listOptions:    make(map[string]*listOption),
		selectParams:   make(map[string]*selectParam),
		createParams:   make(map[string]*createParam),
	}
	for _, x := range r.extensions {
		r.addCommands(x)
		add(r, r.enable, x.enable)
		add(r, r.fetchItems, x.fetchItems)
		add(r, r.fetchModifiers, x.fetchModifiers)
		add(r, r.searchKeys, x.searchKeys)
		add(r, r.returnOptions, x.returnOptions)
		add(r, r.sortKeys, x.sortKeys)
		add(r, r.storeItems, x.storeItems)
		add(r, r.statusItems, x.statusItems)
		add(r, r.listOptions, x.listOptions)
		add(r, r.selectParams, x.selectParams)
		add(r, r.createParams, x.createParams)
	}
	return r
}

// An entry of a registry has a name, in upper case, and a capability, "" if it
// needs none.
type entry[K comparable, T any] interface {
	*T
	entry() (K, imap.Cap)
}

func add[K comparable, T any, P entry[K, T]](r *registry, m map[K]P, list []T) {
	for i := range list {
		if name, c := P(&list[i]).entry(); r.has(c) {
			m[name] = &list[i]
		}
	}
}

func (r *registry) addCommands(x *extension) {
	for i := range x.commands {
		c := &x.commands[i]
		if !r.has(c.cap) {
			continue
		}
		r.commands[c.name] = c
		if c.uid {
			r.commands["UID "+c.name] = c
		}
	}
}

// has reports whether the server offers a capability, now or after login, or
// one that implies it.
func (r *registry) has(c imap.Cap) bool { return c == "" || r.offered.Has(c) }

func (c *command) entry() (string, imap.Cap) { return c.name, c.cap }

// An enabler is a capability that ENABLE switches on (RFC 5161).
type enabler struct {
	cap    imap.Cap
	enable func(s *session) // nil if s.enabled says all
}

func (x *enabler) entry() (imap.Cap, imap.Cap) {
	return imap.Cap(strings.ToUpper(string(x.cap))), x.cap
}

// A statusItem is an item of STATUS (RFC 3501 section 6.3.10).
type statusItem struct {
	name  string
	cap   imap.Cap
	write func(s *session, b *mailstore.Mailbox, snap *mailstore.Snapshot)

	enable func(s *session) // what asking for it switches on, if anything
	rev1   bool             // unknown to IMAP4rev2
}

func (x *statusItem) entry() (string, imap.Cap) { return x.name, x.cap }

// A listOption is a selection option or a return option of LIST (RFC 5258
// section 3).
type listOption struct {
	name  string // "RETURN CHILDREN" for a return option
	cap   imap.Cap
	parse func(l *listing, p *parser)
}

func (x *listOption) entry() (string, imap.Cap) { return x.name, x.cap }

// A selectParam is a parameter of SELECT and EXAMINE (RFC 4466 section 2.1).
type selectParam struct {
	name  string
	cap   imap.Cap
	parse func(s *session, p *parser, o *selectOptions)
}

func (x *selectParam) entry() (string, imap.Cap) { return x.name, x.cap }

// A createParam is a parameter of CREATE (RFC 4466 section 2.2).
type createParam struct {
	name  string
	cap   imap.Cap
	parse func(s *session, p *parser, o *creation)
}

func (x *createParam) entry() (string, imap.Cap) { return x.name, x.cap }
