import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import express, { type Express } from 'express';
import { createServerShell, type Listening, listenGracefully } from '../../src/http/server.ts';
import { createLog, OperatorError } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { takeLeaks } from '../support/leaks.ts';

describe('the HTTP shell', () => {
  let listening: Listening | undefined;
  let lines: string[];

  const serve = async (
    addRoutes: (app: Express) => void = () => undefined,
    ready: () => Promise<Record<string, boolean>> = async () => ({ postgres: true }),
  ): Promise<string> => {
    lines = [];
    const log = createLog('debug', { destination: { write: (line) => lines.push(line) } });
    listening = await listenGracefully(
      createServerShell({ log, metrics: createMetrics(), ready }, addRoutes),
      0,
      '127.0.0.1',
    );
    return `http://127.0.0.1:${listening.port}`;
  };
  afterEach(async () => {
    await listening?.drain(0);
    listening = undefined;
  });

  it('says that it lives, and does not say what it is made of', async () => {
    const answer = await fetch(`${await serve()}/healthz`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('x-powered-by')).to.equal(null);
  });

  it('is ready when every part is, and names the part that is not', async () => {
    let postgres = true;
    const url = await serve(undefined, async () => ({ postgres, carrier: true }));
    expect((await fetch(`${url}/readyz`)).status).to.equal(200);
    postgres = false;
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).to.equal(503);
    expect(await answer.json()).to.deep.equal({ ready: false, parts: { postgres: false, carrier: true } });
  });

  it('is not ready when the check itself breaks', async () => {
    const url = await serve(undefined, async () => {
      throw new Error('no');
    });
    expect((await fetch(`${url}/readyz`)).status).to.equal(503);
  });

  it('answers an unknown path and a broken body with problem documents', async () => {
    const url = await serve((app) => {
      app.post('/in', express.json(), (_req, res) => void res.sendStatus(204));
    });
    const unknown = await fetch(`${url}/nowhere`);
    expect([unknown.status, unknown.headers.get('content-type')]).to.deep.equal([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await unknown.json()).to.deep.equal({ type: 'about:blank', title: 'Not Found', status: 404 });
    const headers = { 'content-type': 'application/json' };
    const broken = await fetch(`${url}/in`, { method: 'POST', headers, body: '{"name": "山田' });
    expect([broken.status, await broken.json()]).to.deep.equal([
      400,
      { type: 'about:blank', title: 'Bad Request', status: 400 },
    ]);
  });

  it('keeps the words of a foreign error to itself, in the answer and in the log', async () => {
    const url = await serve((app) => {
      app.get('/foreign', () => {
        throw new Error('invalid input: 山田花子');
      });
      app.get('/own', () => {
        throw new OperatorError('the plan does not parse');
      });
    });
    const foreign = await (await fetch(`${url}/foreign`)).text();
    const own = await (await fetch(`${url}/own`)).json();
    expect(foreign).not.to.match(/山田/);
    expect(own).to.include({ status: 500, detail: 'the plan does not parse' });
    expect(lines.join(''))
      .to.match(/request_failed/)
      .and.not.match(/山田/);
  });

  it('counts requests by route pattern, never by path', async () => {
    const url = await serve((app) => {
      app.get('/cases/:id', (_req, res) => void res.sendStatus(204));
    });
    await fetch(`${url}/cases/uc_0123456789abcdefghjkmnpqrs`);
    await fetch(`${url}/+81451234567`);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).to.include('kamome_http_seconds_count{method="GET",route="/cases/:id",status="2xx"} 1');
    expect(metrics).to.include('kamome_http_seconds_count{method="GET",route="none",status="4xx"} 1');
    expect(metrics).not.to.match(/uc_|8145/);
    expect(takeLeaks(), 'the one that this test asks for').to.deep.equal([
      'a telephone number in a url: GET /+81451234567',
    ]);
  });

  it('drains: not ready, the request under way is finished, the next is refused', async () => {
    let finish: () => void = () => undefined;
    const url = await serve((app) => {
      app.get('/slow', (_req, res) => {
        finish = () => void res.send('done');
      });
    });
    const agent = new Agent({ keepAlive: true });
    const kept = await answerOf(`${url}/healthz`, agent);
    expect(kept.statusCode).to.equal(200);
    const slow = answerOf(`${url}/slow`, agent);
    await pause(50);
    const drained = listening?.drain(10);
    const refused = await fetch(`${url}/healthz`).catch((error: Error) => error);
    expect(refused).to.be.instanceOf(Error);
    finish();
    expect((await slow).statusCode).to.equal(200);
    const began = performance.now();
    await drained;
    expect(performance.now() - began).to.be.below(2000);
    agent.destroy();
  });

  it('does not wait for ever for a request that does not end', async () => {
    const url = await serve((app) => {
      app.get('/never', () => undefined);
    });
    const never = fetch(`${url}/never`).catch((error: Error) => error);
    await pause(50);
    const began = performance.now();
    await listening?.drain(0.2);
    expect(performance.now() - began).to.be.below(2000);
    expect(await never).to.be.instanceOf(Error);
  });

  it('says which port is taken', async () => {
    const url = new URL(await serve());
    const failure = await listenGracefully(express(), Number(url.port), '127.0.0.1').catch((error: Error) => error);
    expect(failure).to.be.instanceOf(OperatorError).with.property('message').that.includes(`port ${url.port} is taken`);
  });
});

async function answerOf(url: string, agent: Agent): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return answer;
}

describe('metrics', () => {
  it('count by words', async () => {
    const metrics = createMetrics();
    const legs = metrics.counter('legs_total', 'Legs', ['outcome']);
    legs.add({ outcome: 'accepted' });
    legs.add({ outcome: 'accepted' }, 2);
    metrics.counter('legs_total', 'Legs', ['outcome']).add({ outcome: 'busy' });
    metrics.gauge('open_cases', 'Cases', () => 7);
    metrics.histogram('join_seconds', 'Join').observe(0.2);
    const { body } = await metrics.text();
    for (const line of [
      'legs_total{outcome="accepted"} 3',
      'legs_total{outcome="busy"} 1',
      'open_cases 7',
      'join_seconds_sum 0.2',
    ]) {
      expect(body).to.include(line);
    }
  });

  it('take no phone, id, name or endless list for a label', async () => {
    const metrics = createMetrics();
    const counter = metrics.counter('things_total', 'Things', ['kind']);
    for (const kind of ['+81451234567', 'uc_0123456789abcdefghjkmnpqrs', '山田']) counter.add({ kind });
    for (let n = 0; n < 1000; n++) counter.add({ kind: `k${n}` });
    const { body } = await metrics.text();
    expect(body).not.to.match(/8145|uc_|山田/);
    expect(body.split('\n').filter((line) => line.startsWith('things_total{')).length).to.be.at.most(201);
  });
});
