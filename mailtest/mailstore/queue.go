package mailstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/mailfakes/mailfakes/mailtest/message"
)

// A receipt is an accepted message, on its way to those who wait.
type receipt struct {
	msg  *message.Message
	n    uint64 // grows with each
	read bool   // by somebody
}

// A queue is what has come and was not read yet. The store's mu guards it.
type queue struct {
	list    []*receipt
	shared  bool          // others may have read what is in it
	total   int           // how many have ever come
	arrived chan struct{} // closed at the next arrival; nil if nobody waits
}

func (q *queue) add(r *receipt) {
	q.trim()
	q.list = append(q.list, r)
	q.total++
	if q.arrived != nil {
		close(q.arrived)
		q.arrived = nil
	}
}

// trim drops what others have read from the front of the store's queue, so
// that it doesn't grow while only accounts' queues are read.
func (q *queue) trim() {
	for q.shared && len(q.list) > 0 && q.list[0].read {
		q.list[0] = nil
		q.list = q.list[1:]
	}
}

// unread returns a copy of what came after receipt n.
func (q *queue) unread(n uint64) []*receipt {
	i, _ := slices.BinarySearchFunc(q.list, n+1, func(r *receipt, n uint64) int {
		return cmp.Compare(r.n, n)
	})
	list := slices.Clone(q.list[i:])
	if q.shared {
		list = slices.DeleteFunc(list, func(r *receipt) bool { return r.read })
	}
	return list
}

// take removes r, and reports false if somebody else has.
func (q *queue) take(r *receipt) bool {
	i := slices.Index(q.list, r)
	if i < 0 || q.shared && r.read {
		return false
	}
	if i == 0 {
		q.list[0] = nil
		q.list = q.list[1:]
	} else {
		q.list = slices.Delete(q.list, i, i+1)
	}
	r.read = true
	return true
}

// pending returns the messages in q, decoded.
func (s *Store) pending(q *queue) []*message.Message {
	s.mu.Lock()
	list := q.unread(0)
	s.mu.Unlock()
	msgs := make([]*message.Message, len(list))
	for i, r := range list {
		msgs[i] = r.msg.Decode()
	}
	return msgs
}

// wait takes the first message in q for which f is true, and waits for it
// until ctx is done.
func (s *Store) wait(
	ctx context.Context, q *queue, f func(*message.Message) bool,
) (*message.Message, error) {
	if f == nil {
		if m := s.takeFirst(q); m != nil {
			return m.Decode(), nil
		}
	}
	var seen uint64
	for {
		list, more := s.after(q, seen)
		for _, r := range list {
			seen = r.n
			if m := r.msg.Decode(); (f == nil || f(m)) && s.take(q, r) {
				return m, nil
			}
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *Store) takeFirst(q *queue) *message.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.trim()
	if len(q.list) == 0 {
		return nil
	}
	r := q.list[0]
	q.take(r)
	return r.msg
}

// after returns what came after receipt n, and a channel that is closed when
// there is more.
func (s *Store) after(q *queue, n uint64) ([]*receipt, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.arrived == nil {
		q.arrived = make(chan struct{})
	}
	return q.unread(n), q.arrived
}

func (s *Store) take(q *queue, r *receipt) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return q.take(r)
}

// await is wait with the store's own Timeout.
func (s *Store) await(q *queue, f func(*message.Message) bool) (*message.Message, error) {
	if f == nil { // most find their message there, and need no timer
		if m := s.takeFirst(q); m != nil {
			return m.Decode(), nil
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout())
	defer cancel()
	return s.wait(ctx, q, f)
}

// timeout is Timeout or its default. The clock of a testing/synctest bubble
// starts in the year 2000; code in it may well wait for an hour before it
// sends.
func (s *Store) timeout() time.Duration {
	switch {
	case s.Timeout != 0:
		return s.Timeout
	case time.Now().Year() < 2010:
		return fakeYear
	}
	return 10 * time.Second
}
