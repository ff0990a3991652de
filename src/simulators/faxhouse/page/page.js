/**
 * The page on which a person plays the clinics: every machine with its tray, a place to lay paper, and the pages that
 * came out. It only shows what `/faxhouse/…` says and asks for.
 */

import { openViewer } from './viewer.js';
import { behaviours, refusals, sendStates, words } from './words.js';

const byId = (id) => document.getElementById(id);
const shownFaxes = 400;
const newest = 4;

let machines = [];
let ours = [];
let faxes = [];
let refreshing = false;
/** Trays whose older faxes are shown as well. */
const unfolded = new Set();

/** Makes an element; text only ever enters as text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null));
  return element;
}
const both = ([ja, en]) => [`${ja} `, make('span', { lang: 'en' }, en)];

async function ask(method, path, body) {
  const isForm = body instanceof FormData;
  const response = await fetch(`/faxhouse${path}`, {
    method,
    ...(body !== undefined && {
      body: isForm ? body : JSON.stringify(body),
      ...(!isForm && { headers: { 'content-type': 'application/json' } }),
    }),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  if (!response.ok) showProblem(response.status, answer); // stays until a person does the next thing
  return response.ok ? answer : null;
}

function showProblem(status, answer) {
  const refusal = refusals[status] ?? [`エラー ${status}`, answer?.title ?? ''];
  byId('problem').replaceChildren(...both(refusal), make('span', { lang: 'en' }, ` ${answer?.detail ?? ''}`));
}

const receivedBy = (number) =>
  faxes
    .filter((fax) => fax.direction === 'outbound' && fax.to === number && fax.pages.length > 0)
    .sort((one, other) => other.endedAt.localeCompare(one.endedAt));
const comingTo = (number) =>
  faxes.find((fax) => fax.direction === 'outbound' && fax.to === number && ['dialling', 'sending'].includes(fax.state));
const sentBy = (number) => faxes.filter((fax) => fax.direction === 'inbound' && fax.from === number);
const lastMoment = (number) =>
  [...receivedBy(number), ...sentBy(number)]
    .map((fax) => fax.endedAt ?? fax.createdAt)
    .reduce((latest, moment) => (moment.localeCompare(latest) > 0 ? moment : latest), '');

/** Tonight's trays first: with fifty machines, what has just come is what one looks for. */
function shownMachines() {
  const wanted = byId('find').value.normalize('NFKC').replace(/[\s-]/g, '').toLowerCase();
  const matches = ({ name, number }) =>
    wanted === '' ||
    name.normalize('NFKC').toLowerCase().includes(wanted) ||
    number.replace('+81', '0').includes(wanted) ||
    number.includes(wanted);
  const active = new Map(machines.map(({ number }) => [number, comingTo(number) ? '9' : lastMoment(number)]));
  return machines.filter(matches).sort((one, other) => active.get(other.number).localeCompare(active.get(one.number)));
}

const national = (number) =>
  number
    .replace(/^\+81/, '0')
    .replace(/^(0[5789]0)(\d{4})(\d{4})$/, '$1-$2-$3')
    .replace(/^(0\d{2})(\d{3})(\d{4})$/, '$1-$2-$3');
const time = (at) => make('time', { datetime: at }, new Date(at).toLocaleTimeString('ja-JP', { hour12: false }));

function renderTrays() {
  if (document.activeElement?.matches('#trays select')) return; // an open list must not close under the hand
  if (document.querySelector('.tray.over')) return; // nor a tray move away under what is dragged
  const focused = document.activeElement?.dataset?.key;
  byId('town-empty').hidden = machines.length > 0;
  byId('trays').replaceChildren(...shownMachines().map(renderTray));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function renderTray(machine) {
  const { number, name } = machine;
  const coming = comingTo(number);
  const state = !coming ? words.idle : coming.state === 'sending' ? words.receiving(coming.pagesSent) : words.ringing;
  const tray = make(
    'li',
    { class: 'tray', 'data-number': number, 'data-state': coming ? coming.state : 'idle' },
    make(
      'div',
      { class: 'title' },
      make('h3', {}, name || words.unnamed[0]),
      make('p', { class: 'number' }, national(number)),
    ),
    make('p', { class: 'state' }, ...both(state)),
    renderReceived(number),
    renderPaperPlace(number),
    renderSent(number),
    renderBehaviour(machine),
  );
  takeDrops(tray, number);
  return tray;
}

function renderReceived(number) {
  const received = receivedBy(number);
  if (received.length === 0) return make('p', { class: 'empty' }, ...both(words.empty));
  const isUnfolded = unfolded.has(number);
  const older = received.length - newest;
  const toggle = () => {
    if (!unfolded.delete(number)) unfolded.add(number);
    renderTrays();
  };
  return make(
    'div',
    { class: 'received' },
    make('div', { class: 'strip' }, (isUnfolded ? received : received.slice(0, newest)).map(renderFax)),
    older > 0
      ? make(
          'button',
          { class: 'plain', type: 'button', 'data-key': `older ${number}`, onclick: toggle },
          ...both(isUnfolded ? words.fewer : words.more(older)),
        )
      : null,
  );
}

function renderFax(fax) {
  const thumbnails = fax.pages.map((page, index) =>
    make(
      'button',
      {
        class: 'thumbnail',
        type: 'button',
        'data-key': `page ${fax.id} ${index}`,
        'aria-label': words.page(index + 1, fax.pages.length).join(' '),
        onclick: () => openViewer(fax, index, both),
      },
      make('img', {
        src: page.thumbnail,
        alt: '',
        loading: 'lazy',
        width: 96,
        height: Math.round((96 * page.height * page.xDpi) / (page.yDpi * page.width)),
      }),
    ),
  );
  return make(
    'article',
    { class: 'fax', 'data-id': fax.id },
    make(
      'p',
      { class: 'caption' },
      time(fax.endedAt),
      ...both(words.pages(fax.pages.length)),
      fax.partial ? make('strong', {}, ...both(words.partial)) : null,
    ),
    make('div', { class: 'thumbnails' }, thumbnails),
  );
}

function renderPaperPlace(number) {
  const input = make('input', {
    type: 'file',
    accept: '.pdf,.tif,.tiff,.png,.jpg,.jpeg',
    'data-key': `file ${number}`,
    onchange: (event) => sendAll(number, event.target.files),
  });
  return make(
    'div',
    { class: 'place' },
    make('p', {}, ...both(words.drop)),
    make('label', { class: 'button' }, ...both(words.choose), input),
  );
}

function renderSent(number) {
  const sent = sentBy(number).slice(0, 3);
  if (sent.length === 0) return null;
  const lines = sent.map((fax) =>
    make('li', { 'data-state': fax.state }, time(fax.endedAt ?? fax.createdAt), ...both(sendStates[fax.state])),
  );
  return make('div', { class: 'sent' }, make('h4', {}, ...both(words.sent)), make('ul', {}, lines));
}

function renderBehaviour({ number, name, behaviour, answerSeconds, secondsPerPage }) {
  return make(
    'select',
    {
      'data-key': `behaviour ${number}`,
      'aria-label': `${name || number}: ${words.behaviour.join(' ')}`,
      onblur: refreshSoon,
      onchange: async (event) => {
        event.target.blur();
        byId('problem').replaceChildren();
        await ask('PUT', `/numbers/${number}`, { behaviour: event.target.value, answerSeconds, secondsPerPage });
        await refresh();
      },
    },
    Object.entries(behaviours).map(([value, [ja, en]]) =>
      make('option', { value, selected: value === behaviour }, `${ja} ${en}`),
    ),
  );
}

function takeDrops(tray, number) {
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files');
  tray.addEventListener('dragover', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    tray.classList.add('over');
  });
  tray.addEventListener('dragleave', (event) => {
    if (!tray.contains(event.relatedTarget)) tray.classList.remove('over');
  });
  tray.addEventListener('drop', (event) => {
    event.preventDefault();
    tray.classList.remove('over');
    sendAll(number, event.dataTransfer.files);
  });
}

/** Each file is a fax of its own, as each would be laid into the machine. */
async function sendAll(number, files) {
  byId('problem').replaceChildren();
  for (const file of files) {
    const form = new FormData();
    form.set('from', number);
    form.set('to', byId('to').value);
    form.set('resolution', byId('resolution').value);
    form.set('file', file);
    await ask('POST', '/send', form);
  }
  await refresh();
}

function renderOurs() {
  const before = byId('to').value;
  byId('to').replaceChildren(
    ...ours.map(({ number, name }) =>
      make('option', { value: number, selected: number === before }, `${name} ${national(number)}`.trim()),
    ),
  );
  byId('to').disabled = ours.length === 0;
  if (ours.length === 0) byId('to').append(make('option', { value: '' }, words.noOurs.join(' ')));
}

async function refresh() {
  const [numbers, latest] = await Promise.all([ask('GET', '/numbers'), ask('GET', `/faxes?limit=${shownFaxes}`)]);
  if (!numbers || !latest) return;
  ({ machines, ours } = numbers);
  faxes = latest;
  if (document.activeElement !== byId('to')) renderOurs();
  renderTrays();
}

/** Many events in a moment are one look. */
function refreshSoon() {
  if (refreshing) return;
  refreshing = true;
  setTimeout(async () => {
    refreshing = false;
    await refresh();
  }, 150);
}

async function start() {
  await refresh();
  const { lines } = await ask('GET', '/notice');
  byId('notice').hidden = lines.length === 0;
  byId('notice').open = window.innerWidth > 700;
  byId('notice-lines').replaceChildren(...lines.map(({ ja, en }) => make('li', {}, ...both([ja, en]))));
}

function watch() {
  const source = new EventSource('/faxhouse/events');
  const show = (text) => byId('connection').replaceChildren(...both(text));
  source.onopen = () => {
    show(words.connected);
    start();
  };
  source.onerror = () => show(words.disconnected);
  for (const kind of ['fax', 'numbers']) source.addEventListener(kind, refreshSoon);
}

byId('find').addEventListener('input', renderTrays);
// A file dropped beside a tray must not replace the page.
for (const kind of ['dragover', 'drop']) document.addEventListener(kind, (event) => event.preventDefault());
watch();
