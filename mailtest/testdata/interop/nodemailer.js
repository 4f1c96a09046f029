// nodemailer: a mail with text, HTML, a picture and non-ASCII names, by
// STARTTLS and by TLS; a refused recipient is an error with its code.
const nodemailer = require('nodemailer');
const fs = require('fs');
const assert = require('assert');

async function send(port, secure, to) {
  const transport = nodemailer.createTransport({
    host: 'localhost', port: Number(port), secure, requireTLS: !secure,
    auth: {user: 'bob@example.com', pass: 'secret'},
    tls: {ca: fs.readFileSync(process.env.CA)},
  });
  await transport.verify();
  const info = await transport.sendMail({
    from: {name: 'Zoë', address: 'bob@example.com'}, to, subject: 'Grüße von nodemailer',
    text: '.dot\n..dots\nend', html: '<p>Grüße</p><img src="cid:cup">',
    attachments: [{filename: 'größer.png', content: Buffer.from('PNG'), cid: 'cup'}],
  });
  transport.close();
  return info;
}

(async () => {
  for (const [port, secure] of [[process.env.SMTP, false], [process.env.SMTPS, true]]) {
    const info = await send(port, secure, 'alice@example.com, carol@example.com');
    assert.deepStrictEqual(info.rejected, []);
    assert.match(info.response, /^250 2\./);
  }
  await assert.rejects(send(process.env.SMTPS, true, 'nobody@example.com'), {responseCode: 550});
})().catch((err) => { console.error(err); process.exit(1); });
