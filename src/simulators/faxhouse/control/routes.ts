import express, { type Request, type Response, type Router } from 'express';
import { bodyAs, Problem, problems } from '../../common/problem.ts';
import { faultsBody, mergeFaults, noFaults } from '../faults.ts';
import { pngOf } from '../paper.ts';
import { type Fax, type House, type HouseEvent, hasEnded } from '../state.ts';
import { numberRoutes } from './numbers.ts';
import { sendToUs } from './send.ts';
import { readUpload } from './upload.ts';
import { faxView } from './views.ts';

/** The control side (`/faxhouse/…`): what a test, a demonstration or the page does to the town's fax machines. */
export function controlRoutes(house: House): Router {
  const router = express.Router();
  router.use(express.json());
  numberRoutes(house, router);
  faxRoutes(house, router);

  router.get('/keys', (_request, response) => {
    response.json({ telnyxPublicKey: house.publicKey });
  });
  router.get('/webhooks', (request, response) => {
    response.json(house.post.sent(limitIn(request)));
  });
  router.get('/faults', (_request, response) => {
    response.json(house.faults);
  });
  router.post('/faults', (request, response) => {
    house.faults = mergeFaults(house.faults, bodyAs(faultsBody, request));
    response.json(house.faults);
  });
  router.delete('/faults', (_request, response) => {
    house.faults = noFaults();
    response.status(204).end();
  });
  router.post('/reset', (_request, response) => {
    reset(house);
    response.status(204).end();
  });
  router.get('/events', (_request, response) => {
    watch(house, response);
  });
  router.use(problems);
  return router;
}

function faxRoutes(house: House, router: Router): void {
  router.post('/send', async (request, response) => {
    const fax = await sendToUs(house, await readUpload(request));
    response.status(201).json({ id: fax.id });
  });
  router.get('/faxes', (request, response) => {
    response.json([...house.faxes.values()].reverse().slice(0, limitIn(request)).map(faxView));
  });
  router.get('/faxes/:id', (request, response) => {
    response.json(faxView(faxIn(house, request)));
  });
  router.get('/faxes/:id/document.tiff', (request, response) => {
    response.type('image/tiff').send(Buffer.from(arrived(house, request).tiff));
  });
  router.get('/faxes/:id/pages/:page.png', async (request, response) => {
    const paper = arrived(house, request);
    const page = Number(request.params.page);
    if (!paper.pages[page - 1]) throw new Problem(404, 'No such page', `The fax has ${paper.pages.length} pages.`);
    const width = request.query.width === undefined ? undefined : Number(request.query.width);
    if (width !== undefined && !(Number.isInteger(width) && width >= 16 && width <= 4000))
      throw new Problem(400, 'Not a width', 'width is a whole number of pixels from 16 to 4000.');
    response.set('cache-control', 'private, max-age=3600'); // the pages of an ended fax change no more
    response.type('image/png').send(await pngOf(paper, page - 1, width));
  });
}

function faxIn(house: House, request: Request): Fax {
  const fax = house.faxes.get(String(request.params.id));
  if (!fax) throw new Problem(404, 'No such fax', 'It was never sent, or is too old.');
  return fax;
}

function arrived(house: House, request: Request): NonNullable<Fax['arrived']> {
  const fax = faxIn(house, request);
  if (!hasEnded(fax) || !fax.arrived) throw new Problem(404, 'No pages', 'Nothing of this fax has come out.');
  return fax.arrived;
}

function limitIn(request: Request): number {
  const limit = Number(request.query.limit ?? 50);
  if (Number.isInteger(limit) && limit >= 1) return limit;
  throw new Problem(400, 'Not a number', 'limit is a whole number from 1.');
}

/** Ends every transmission without telling anybody, and forgets everything but the numbers. */
function reset(house: House): void {
  for (const fax of house.faxes.values()) {
    for (const timer of fax.timers) timer.cancel();
    fax.state = 'canceled';
  }
  house.faxes.clear();
  house.faults = noFaults();
  house.post.forget();
}

/** Everything that happens, as server-sent events. */
function watch(house: House, response: Response): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': connected\n\n');
  const listener = (event: HouseEvent) => {
    response.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  house.listeners.add(listener);
  house.held.add(response);
  response.on('close', () => {
    house.listeners.delete(listener);
    house.held.delete(response);
  });
}
