import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import { accountSid, authToken, caller, createTown, doctor, ours, type Town, twiml } from './support/town.ts';

/** Holds requests and answers to Twilio's published description. */
const contract = JSON.parse(
  readFileSync(new URL('../../src/simulators/exchange/contract/twilio-api-v2010.json', import.meta.url), 'utf8'),
);
const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false });
const rfc2822 = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} \+0000$/;
ajv.addFormat('date-time-rfc-2822', rfc2822);
for (const loose of [
  'currency',
  'uri-map',
  'phone-number',
  'endpoint',
  'http-method',
  'uri',
  'twiml',
  'date-time',
  'int64',
])
  ajv.addFormat(loose, true);
ajv.addSchema(contract, 'contract');

type Json = Record<string, unknown>;
interface Answer {
  sid: string;
  call_sid: string;
  conference_sid: string;
  reason_conference_ended: string | null;
  participants: unknown[];
}
const root = '/2010-04-01/Accounts/{AccountSid}';

/** OpenAPI 3.0 says `nullable` where JSON Schema says `type: [..., 'null']`; and nothing may be left out or added. */
function strictly(schema: Json): Json {
  if (schema.$ref) return strictly(pointer(String(schema.$ref)));
  const { nullable, properties, items, ...rest } = schema as Json & { properties?: Json; items?: Json };
  const made: Json = { ...rest };
  if (items) made.items = strictly(items);
  if (properties) {
    made.properties = Object.fromEntries(
      Object.entries(properties).map(([key, value]) => [key, strictly(value as Json)]),
    );
    made.required = Object.keys(properties);
    made.additionalProperties = false;
  }
  if (nullable || schema.enum) return { anyOf: [made, { type: 'null' }] };
  return made;
}
const pointer = (ref: string): Json =>
  ref
    .slice(2)
    .split('/')
    .reduce((node: Json, part) => node[part] as Json, contract);

describe('the exchange keeps to the published contract of Twilio', () => {
  let town: Town;
  before(async () => {
    town = await createTown();
    town.replies.set('/voice', twiml('<Dial><Conference startConferenceOnEnter="false">room</Conference></Dial>'));
    town.replies.set('/doc', twiml('<Dial><Conference>room</Conference></Dial>'));
    await town.phone(doctor, { behaviour: 'answer' });
  });
  after(() => town.close());

  async function exchange(method: 'get' | 'post', path: string, real: string, form?: Record<string, string>) {
    const operation = contract.paths[root + path][method];
    if (form) {
      const { schema } = operation.requestBody.content['application/x-www-form-urlencoded'];
      for (const name of Object.keys(form)) expect(schema.properties, 'the request').to.have.property(name);
    }
    const response = await fetch(`${town.base}${root.replace('{AccountSid}', accountSid)}${real}`, {
      method,
      headers: { authorization: `Basic ${btoa(`${accountSid}:${authToken}`)}` },
      ...(form && { body: new URLSearchParams(form) }),
    });
    const body = (await response.json()) as Answer;
    const [status] = Object.keys(operation.responses);
    expect(response.status, JSON.stringify(body)).to.equal(Number(status));
    const validate = ajv.compile(strictly(operation.responses[status!].content['application/json'].schema));
    expect(validate(body), JSON.stringify(validate.errors, null, 1)).to.equal(true);
    await town.settle();
    return body;
  }

  it('for calls, in every state', async () => {
    const form = { To: doctor, From: ours, Url: `${town.appUrl}/doc`, StatusCallbackEvent: 'completed' };
    const call = await exchange('post', '/Calls.json', '/Calls.json', form);
    await exchange('get', '/Calls/{Sid}.json', `/Calls/${call.sid}.json`);
    await town.passes(5);
    await exchange('get', '/Calls/{Sid}.json', `/Calls/${call.sid}.json`);
    await exchange('post', '/Calls/{Sid}.json', `/Calls/${call.sid}.json`, { Status: 'completed' });
    await town.dial();
    await exchange('get', '/Calls.json', '/Calls.json');
  });

  it('for conferences and participants', async () => {
    await town.dial('+819044440001');
    const path = '/Conferences/{ConferenceSid}/Participants';
    const made = await exchange('post', `${path}.json`, '/Conferences/room/Participants.json', {
      To: doctor,
      From: ours,
      Label: 'doctor',
      EndConferenceOnExit: 'true',
    });
    await town.passes(5);
    const inside = `/Conferences/${made.conference_sid}/Participants`;
    const list = await exchange('get', `${path}.json`, `${inside}.json`);
    expect(list.participants.length).to.be.greaterThan(1);
    await exchange('get', `${path}/{CallSid}.json`, `${inside}/doctor.json`);
    await exchange('post', `${path}/{CallSid}.json`, `${inside}/${made.call_sid}.json`, { Muted: 'true' });
    await exchange('get', '/Conferences/{Sid}.json', `/Conferences/${made.conference_sid}.json`);
    const ended = await exchange('post', '/Conferences/{Sid}.json', `/Conferences/${made.conference_sid}.json`, {
      Status: 'completed',
    });
    expect(ended.reason_conference_ended).to.equal('conference-ended-via-api');
    await exchange('get', '/Conferences.json', '/Conferences.json');
  });

  it('for messages', async () => {
    const message = await exchange('post', '/Messages.json', '/Messages.json', {
      To: caller,
      From: ours,
      Body: '確認',
    });
    await town.passes(4);
    await exchange('get', '/Messages/{Sid}.json', `/Messages/${message.sid}.json`);
    await exchange('get', '/Messages.json', '/Messages.json');
  });
});
