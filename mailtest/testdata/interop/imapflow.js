// imapflow: what a mail reader does, on one connection, with a push during
// IDLE; then it comes back and asks what has changed since.
const {ImapFlow} = require('imapflow');
const fs = require('fs');
const assert = require('assert');

function connect(options) {
  return new ImapFlow({
    host: 'localhost', auth: {user: 'alice@example.com', pass: 'secret'},
    tls: {ca: fs.readFileSync(process.env.CA)}, logger: false, qresync: true, ...options,
  });
}

const implicit = {port: Number(process.env.IMAPS), secure: true};
const starttls = {port: Number(process.env.IMAP), secure: false, doSTARTTLS: true};

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

// event waits for the next event that a test accepts.
function event(client, name, accept = () => true) {
  return new Promise((resolve) => client.on(name, (e) => accept(e) && resolve(e)));
}

(async () => {
  const client = connect(starttls);
  await client.connect();
  for (const name of ['QRESYNC', 'CONDSTORE', 'IMAP4REV2']) assert(client.enabled.has(name), name);
  await client.mailboxCreate('Archive/2026');
  await client.mailboxSubscribe('Archive/2026');
  assert((await client.list()).some((m) => m.path === 'Archive/2026' && m.subscribed));
  const box = await client.mailboxOpen('INBOX');
  assert.strictEqual(box.exists, 3);

  const subjects = [];
  for await (const m of client.fetch('1:*', {envelope: true, bodyStructure: true, source: true, flags: true})) {
    subjects.push(m.envelope.subject);
    assert.match(m.source.toString(), /^From: /);
  }
  assert.deepStrictEqual(subjects, ['one', 'two', 'three']);
  assert.deepStrictEqual(await client.search({subject: 'TWO'}), [2]);
  assert.deepStrictEqual(await client.search({or: [{body: 'hello'}, {seen: true}]}, {uid: true}), [1, 2, 3]);
  await client.messageFlagsAdd('1', ['\\Flagged', '$Label']);
  await client.messageMove('2', 'Archive/2026');
  await client.messageDelete({subject: 'three'});
  assert.strictEqual(client.mailbox.exists, 1);
  const text = 'x'.repeat(70) + '\r\n';
  const added = await client.append('INBOX', 'Subject: appended\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
    '--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\ngr=FC=DFe\r\n' +
    '--b\r\nContent-Type: text/plain; name="a.txt"\r\nContent-Disposition: attachment; filename="a.txt"\r\n\r\n' + text.repeat(3000) +
    '--b--\r\n', ['\\Seen']);
  assert.strictEqual(added.uid, 4);
  assert.strictEqual((await client.status('Archive/2026', {messages: true})).messages, 1);
  const part = await client.download('4', '2', {uid: true, chunkSize: 16384});
  assert.strictEqual(part.meta.filename, 'a.txt');
  assert.strictEqual(await read(part.content), text.repeat(3000).slice(0, -2));
  assert.strictEqual(await read((await client.download('4', '1', {uid: true})).content), 'grüße');

  const pushed = event(client, 'exists', (e) => e.count === 3);
  const idle = client.idle();
  const other = connect(implicit);
  await other.connect();
  await other.append('INBOX', 'Subject: pushed\r\n\r\nhello\r\n');
  await pushed;
  await client.noop();
  await idle;

  // What has changed while the mailbox was closed.
  const {uidValidity, highestModseq} = client.mailbox;
  await client.mailboxClose();
  await other.append('INBOX', 'Subject: gone soon\r\n\r\nhello\r\n');
  await other.mailboxOpen('INBOX');
  await other.messageFlagsAdd('4', ['\\Answered'], {uid: true});
  await other.messageDelete('6', {uid: true});
  await other.messageDelete('5', {uid: true});
  await other.append('INBOX', 'Subject: later\r\n\r\nhello\r\n');
  await other.logout();
  const vanished = event(client, 'expunge', (e) => e.vanished && e.uid === 5);
  const flags = event(client, 'flags', (e) => e.uid === 4 && e.flags.has('\\Answered'));
  await client.mailboxOpen('INBOX', {uidValidity, changedSince: highestModseq});
  await Promise.all([vanished, flags]);
  const changed = [];
  for await (const m of client.fetch('1:*', {uid: true, flags: true}, {changedSince: highestModseq})) changed.push(m.uid);
  assert.deepStrictEqual(changed, [4, 7]);
  await client.logout();
})().catch((err) => { console.error(err); process.exit(1); });
