// nodemailer: a mail with text, HTML, a picture and non-ASCII names, by
// STARTTLS and by TLS, by each mechanism that it has, from a pool, with DSN and
// by LMTP; a refused recipient is an error with its code.
const nodemailer = require('nodemailer');
const fs = require('fs');
const assert = require('assert');

const starttls = {port: Number(process.env.SMTP), secure: false, requireTLS: true};
const implicit = {port: Number(process.env.SMTPS), secure: true};
const password = {user: 'bob@example.com', pass: 'secret'};

function connect(options) {
  return nodemailer.createTransport({
    host: 'localhost', auth: password, tls: {ca: fs.readFileSync(process.env.CA)}, ...options,
  });
}

async function send(transport, to, more) {
  return transport.sendMail({
    from: {name: 'Zoë', address: 'bob@example.com'}, to, subject: 'Grüße von nodemailer',
    text: '.dot\n..dots\nend', html: '<p>Grüße</p><img src="cid:cup">',
    attachments: [{filename: 'größer.png', content: Buffer.from('PNG'), cid: 'cup'}], ...more,
  });
}

(async () => {
  for (const options of [
    starttls, implicit, {...implicit, authMethod: 'LOGIN'}, {...implicit, authMethod: 'CRAM-MD5'},
    {...implicit, auth: {type: 'OAuth2', user: 'bob@example.com', accessToken: 'token'}},
  ]) {
    const transport = connect(options);
    await transport.verify();
    const info = await send(transport, 'alice@example.com, carol@example.com');
    assert.deepStrictEqual(info.rejected, []);
    assert.match(info.response, /^250 2\./);
    transport.close();
  }
  const pool = connect({...implicit, pool: true, maxConnections: 2});
  await Promise.all(Array.from({length: 10}, () => send(pool, 'alice@example.com')));
  pool.close();

  const one = connect(implicit);
  await send(one, 'alice@example.com', {dsn: {id: 'x1', return: 'headers', notify: ['failure', 'delay'], recipient: 'alice@example.com'}});
  await send(one, 'alice@example.com', {subject: '8bit', envelope: {from: 'bob@example.com', to: 'alice@example.com', use8BitMime: true}});
  await send(one, 'jürgen@bücher.example', {subject: 'SMTPUTF8'});
  await assert.rejects(send(one, 'nobody@example.com'), {responseCode: 550});
  await assert.rejects(connect({...implicit, auth: {user: 'bob@example.com', pass: 'wrong'}}).verify(), {responseCode: 535});
  const lmtp = connect({port: Number(process.env.LMTP), lmtp: true, ignoreTLS: true, auth: undefined});
  assert.deepStrictEqual((await send(lmtp, 'alice@example.com, carol@example.com')).rejected, []);
})().catch((err) => { console.error(err); process.exit(1); });
