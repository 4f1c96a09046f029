// imapflow: what a mail reader does, on one connection, with a push during
// IDLE.
const {ImapFlow} = require('imapflow');
const fs = require('fs');
const assert = require('assert');

(async () => {
  const client = new ImapFlow({
    host: 'localhost', port: Number(process.env.IMAP), secure: false, doSTARTTLS: true,
    auth: {user: 'alice@example.com', pass: 'secret'},
    tls: {ca: fs.readFileSync(process.env.CA)}, logger: false,
  });
  await client.connect();
  await client.mailboxCreate('Archive/2026');
  assert((await client.list()).some((m) => m.path === 'Archive/2026'));
  const box = await client.mailboxOpen('INBOX');
  assert.strictEqual(box.exists, 3);

  const subjects = [];
  for await (const m of client.fetch('1:*', {envelope: true, bodyStructure: true, source: true, flags: true})) {
    subjects.push(m.envelope.subject);
    assert.match(m.source.toString(), /^From: /);
  }
  assert.deepStrictEqual(subjects, ['one', 'two', 'three']);
  assert.deepStrictEqual(await client.search({subject: 'TWO'}), [2]);
  await client.messageFlagsAdd('1', ['\\Flagged', '$Label']);
  await client.messageMove('2', 'Archive/2026');
  await client.messageDelete({subject: 'three'});
  assert.strictEqual(client.mailbox.exists, 1);
  const added = await client.append('INBOX', 'Subject: appended\r\n\r\nhello\r\n', ['\\Seen']);
  assert.strictEqual(added.uid, 4);
  assert.strictEqual((await client.status('Archive/2026', {messages: true})).messages, 1);

  const pushed = new Promise((resolve) => client.on('exists', (e) => e.count === 3 && resolve()));
  const idle = client.idle();
  const other = new ImapFlow({
    host: 'localhost', port: Number(process.env.IMAPS), secure: true,
    auth: {user: 'alice@example.com', pass: 'secret'},
    tls: {ca: fs.readFileSync(process.env.CA)}, logger: false,
  });
  await other.connect();
  await other.append('INBOX', 'Subject: pushed\r\n\r\nhello\r\n');
  await other.logout();
  await pushed;
  await client.noop();
  await idle;
  await client.logout();
})().catch((err) => { console.error(err); process.exit(1); });
