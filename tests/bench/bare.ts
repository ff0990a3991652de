/**
 * What a voice webhook costs at least: Express, Twilio's own signature check, one committed insert, a fixed answer. In a
 * process of its own, on the same PostgreSQL as the gateway it is compared with.
 * Arguments: port, database address, public base URL, auth token.
 */
import express from 'express';
import pg from 'pg';
import twilio from 'twilio';

const [port = '', databaseUrl = '', publicBaseUrl = '', authToken = ''] = process.argv.slice(2);
const db = new pg.Pool({ connectionString: databaseUrl, max: 20 });
const reply = new twilio.twiml.VoiceResponse();
reply.say('承りました。');
const text = reply.toString();

const app = express();
app.use(express.urlencoded({ extended: false }));
app.post('/voice/*rest', async (req, res) => {
  const signature = req.headers['x-twilio-signature'];
  const isSigned = twilio.validateRequest(authToken, String(signature), publicBaseUrl + req.originalUrl, req.body);
  if (!isSigned) return void res.status(403).end();
  await db.query({
    name: 'bare',
    text: 'insert into bare_receipt (key, reply, received_at) values ($1, $2, $3)',
    values: [`${req.body.CallSid}:${req.originalUrl}`, text, new Date()],
  });
  res.type('text/xml').send(text);
});
await db.query(
  'create table if not exists bare_receipt (key text primary key, reply text not null, received_at timestamptz not null)',
);
app.listen(Number(port), '127.0.0.1', () => process.stdout.write('bare_ready\n'));
