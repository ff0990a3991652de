import { createTown, twiml, ours } from './support/town.ts';
const t = await createTown({ callsPerSecond: 50 });
t.replies.set('/doc', twiml('<Gather numDigits="1" action="/key"><Say>当番です</Say></Gather>'));
t.replies.set('/key', twiml('<Dial><Conference waitUrl="">c</Conference></Dial>'));
const N = 1000; const b0 = performance.now(); const c0 = process.cpuUsage();
for (let i = 0; i < N; i++) await t.phone(`+8190${10000000 + i}`, { behaviour: 'answer', answerAfterSeconds: 1, keys: [{ onPrompt: '当番', digits: '1' }], hangUpAfterSeconds: 8 });
const b = performance.now();
for (let i = 0; i < N; i += 20) {
  await Promise.all(Array.from({ length: 20 }, (_, k) => t.client.calls.create({ to: `+8190${10000000 + i + k}`, from: ours, url: t.appUrl + '/doc', statusCallback: t.appUrl + '/st', statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'] })));
  await t.passes(1);
}
await t.passes(60);
const u = process.cpuUsage(c0);
console.log({ phonesMs: b - b0, callsMs: performance.now() - b, webhooks: t.received.length, cpu: (u.user + u.system) / 1000, heapMb: process.memoryUsage().heapUsed / 1e6 });
await t.close();
