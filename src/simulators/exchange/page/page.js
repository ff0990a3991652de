/**
 * The page on which a person plays the town: every phone as a tile, one of them taken up as the receiver. It only
 * shows what `/exchange/…` says and asks for; it holds no state of its own but the choice of the phone.
 */
import { behaviours, eventWords, words } from './words.js';

const byId = (id) => document.getElementById(id);
const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];
const shownCalls = 200;

let phones = [];
let numbers = [];
let calls = [];
let chosen = null;
let refreshing = false;
const typing = { call: null, digits: '', timer: null };

/** Makes an element; text only ever enters as text. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
const both = ([ja, en]) => [`${ja} `, make('span', { lang: 'en' }, en)];

async function ask(method, path, body) {
  const response = await fetch(`/exchange${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text ? JSON.parse(text) : null;
  byId('problem').textContent = response.ok ? '' : `${answer.title}: ${answer.detail}`;
  return response.ok ? answer : null;
}

const isLive = (call) => ['queued', 'ringing', 'in-progress'].includes(call.state);
const callsOf = (number) => calls.filter((call) => keyOf(call) === number);
const liveCallOf = (number) => callsOf(number).find(isLive) ?? null;
/** A withheld number is not a phone: each of its calls is a tile of its own. */
const keyOf = (call) => (call.phone.startsWith('+') ? call.phone : call.id);

const nameOf = (number) =>
  phones.find((phone) => phone.number === number)?.label ||
  numbers.find((own) => own.number === number)?.label ||
  (number.startsWith('CA') ? words.withheld[0] : number);

/** Registered phones, then whoever else is on the line. */
function townsfolk() {
  const known = new Set(phones.map((phone) => phone.number));
  const guests = new Map();
  for (const call of calls) {
    const key = keyOf(call);
    if (!known.has(key) && (isLive(call) || key === chosen))
      guests.set(key, { number: key, label: '', sequence: null });
  }
  // Those on the line come first: with sixty phones, tonight is what one looks for.
  const people = [...phones, ...guests.values()];
  return [...people.filter(({ number }) => liveCallOf(number)), ...people.filter(({ number }) => !liveCallOf(number))];
}

function stateOf(number) {
  const call = liveCallOf(number);
  if (!call) return { name: 'idle', text: words.idle };
  if (call.state === 'queued') return { name: 'idle', text: words.queued };
  if (call.state === 'ringing' && call.direction === 'inbound') return { name: 'calling', text: words.calling };
  if (call.state === 'ringing') return { name: 'ringing', text: words.ringing };
  if (call.bridgedWith.length > 0) {
    const others = call.bridgedWith.map(nameOf).join('、');
    return { name: 'talking', text: [`${others} と通話中`, 'talking'] };
  }
  if (call.conference) return { name: 'talking', text: words.waiting };
  return { name: 'talking', text: call.listening ? words.asked : words.listening };
}

const isRinging = (call) => call?.state === 'ringing' && call.direction !== 'inbound';

function renderTiles() {
  if (document.activeElement?.matches('#tiles select')) return; // an open list must not close under the hand
  const focused = document.activeElement?.dataset?.key;
  const people = townsfolk();
  byId('town-empty').hidden = people.length > 0;
  byId('tiles').replaceChildren(...people.map(renderTile));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function renderTile({ number, label, sequence }) {
  const call = liveCallOf(number);
  const { name, text } = stateOf(number);
  const shown = number.startsWith('CA') ? '' : number;
  const pick = make(
    'button',
    {
      class: 'pick',
      type: 'button',
      'data-key': `pick ${number}`,
      'aria-pressed': String(number === chosen),
      onclick: () => choose(number),
    },
    make('span', { class: 'name' }, label || nameOf(number)),
    make('span', { class: 'number' }, shown),
  );
  const buttons = isRinging(call)
    ? make(
        'div',
        { class: 'actions' },
        make(
          'button',
          { class: 'go', type: 'button', 'data-key': `answer ${number}`, onclick: () => act(number, 'answer') },
          ...both(words.answer),
        ),
        make(
          'button',
          { class: 'stop', type: 'button', 'data-key': `reject ${number}`, onclick: () => act(number, 'reject') },
          ...both(words.decline),
        ),
      )
    : null;
  return make(
    'li',
    { class: `tile${number === chosen ? ' chosen' : ''}`, 'data-state': name },
    pick,
    make('p', { class: 'state' }, ...both(text)),
    buttons,
    sequence ? renderHabit(number, label, sequence) : null,
  );
}

function renderHabit(number, label, sequence) {
  const [first] = sequence;
  const plain = sequence.length === 1 && first.keys.length === 0;
  const select = make(
    'select',
    {
      'data-key': `habit ${number}`,
      'aria-label': `${label || number}: ${words.habit.join(' ')}`,
      onblur: refreshSoon,
      onchange: (event) => {
        event.target.blur();
        act(number, 'habit', event.target.value);
      },
    },
    plain ? null : make('option', { value: '', selected: true }, words.custom(first, sequence.length)),
    ...Object.entries(behaviours).map(([value, [ja, en]]) =>
      make('option', { value, selected: plain && value === first.behaviour }, `${ja} ${en}`),
    ),
  );
  return select;
}

async function act(number, what, value) {
  if (what === 'habit') {
    if (value) await ask('PUT', `/phones/${number}`, { behaviour: value });
  } else {
    const call = liveCallOf(number);
    if (!call) return;
    if (what !== 'hangup') chosen = number;
    await ask('POST', `/calls/${call.id}/${what}`);
  }
  await refresh();
}

/** Keys pressed quickly go out together, in order: one request at a time would let two overtake each other. */
function key(digit) {
  const call = chosen && liveCallOf(chosen);
  if (call?.state !== 'in-progress') return;
  if (typing.call !== call.id) typing.digits = '';
  typing.call = call.id;
  typing.digits += digit;
  clearTimeout(typing.timer);
  typing.timer = setTimeout(() => {
    const { digits } = typing;
    typing.digits = '';
    ask('POST', `/calls/${call.id}/digits`, { digits });
  }, 60);
}

function choose(number) {
  chosen = number;
  speechSynthesis?.cancel();
  render();
  const receiver = byId('receiver');
  if (receiver.getBoundingClientRect().top < 0) receiver.scrollIntoView(); // on a phone it is above the town
}

function renderReceiver() {
  const there = chosen !== null && townsfolk().some((phone) => phone.number === chosen);
  byId('receiver-empty').hidden = there;
  byId('receiver-body').hidden = !there;
  if (!there) return;
  const call = liveCallOf(chosen);
  byId('receiver-who').textContent = chosen.startsWith('+') ? `${nameOf(chosen)}  ${chosen}` : nameOf(chosen);
  byId('receiver-state').replaceChildren(...both(stateOf(chosen).text));
  byId('answer').hidden = !isRinging(call);
  byId('decline').hidden = !isRinging(call);
  byId('hangup').disabled = !call;
  byId('hangup').hidden = isRinging(call);
  for (const button of byId('keypad').children) button.disabled = call?.state !== 'in-progress';
  renderTranscript();
}

function renderTranscript() {
  const list = byId('transcript');
  const atEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - 20;
  const lines = callsOf(chosen)
    .slice(0, 5)
    .reverse()
    .flatMap((call) => [
      make('li', { class: 'call-begins' }, clock(call.createdAt), words.call(call, nameOf).join(' ')),
      ...call.transcript.map(renderLine),
    ]);
  list.replaceChildren(...lines);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function renderLine({ at, kind, text, lost }) {
  const shown = {
    said: () => `「${text}」`,
    keyed: () => `${words.pressed} ${text}${lost ? ` ${words.lost.join(' ')}` : ''}`,
    'heard-silence': () => `${words.silence} ${text}`,
    event: () => eventWords(text, nameOf),
  }[kind]();
  return make('li', { class: kind }, clock(at), shown);
}

const clock = (at) => make('time', { datetime: at }, new Date(at).toLocaleTimeString('ja-JP', { hour12: false }));

function renderDialler() {
  byId('from-choices').replaceChildren(
    ...phones.map((phone) => make('option', { value: phone.number }, phone.label)),
    make('option', { value: 'anonymous' }, words.withheld.join(' ')),
  );
  const before = byId('to').value;
  byId('to').replaceChildren(
    ...numbers.map((own) =>
      make('option', { value: own.number, selected: own.number === before }, `${own.label} ${own.number}`),
    ),
  );
}

function render() {
  renderTiles();
  renderReceiver();
}

async function refresh() {
  [phones, calls] = await Promise.all([ask('GET', '/phones'), ask('GET', `/calls?limit=${shownCalls}`)]);
  render();
}

/** Many events in a moment are one look. */
function refreshSoon() {
  if (refreshing) return;
  refreshing = true;
  setTimeout(async () => {
    refreshing = false;
    await refresh();
  }, 120);
}

function speak(event) {
  if (!byId('aloud').checked) return;
  const call = chosen && liveCallOf(chosen);
  if (!call || call.id !== event.call) return;
  const utterance = new SpeechSynthesisUtterance(event.text);
  utterance.lang = 'ja-JP';
  speechSynthesis.speak(utterance);
}

function watch() {
  const source = new EventSource('/exchange/events');
  const show = (text) => byId('connection').replaceChildren(...both(text));
  source.onopen = () => {
    show(words.connected);
    start();
  };
  source.onerror = () => show(words.disconnected);
  for (const kind of ['call', 'keyed', 'event', 'conference', 'message']) source.addEventListener(kind, refreshSoon);
  source.addEventListener('said', (message) => {
    speak(JSON.parse(message.data));
    refreshSoon();
  });
}

async function start() {
  numbers = await ask('GET', '/numbers');
  await refresh();
  renderDialler();
  const { lines } = await ask('GET', '/notice');
  byId('notice').hidden = lines.length === 0;
  byId('notice').open = window.innerWidth > 700;
  byId('from').value ||= phones[0]?.number ?? '';
  byId('notice-lines').replaceChildren(...lines.map(({ ja, en }) => make('li', {}, ...both([ja, en]))));
}

for (const digit of keys) byId('keypad').append(make('button', { type: 'button', onclick: () => key(digit) }, digit));
byId('answer').addEventListener('click', () => act(chosen, 'answer'));
byId('decline').addEventListener('click', () => act(chosen, 'reject'));
byId('hangup').addEventListener('click', () => act(chosen, 'hangup'));
byId('aloud').addEventListener('change', (event) => !event.target.checked && speechSynthesis?.cancel());
byId('dial-form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const from = byId('from').value.trim();
  const dialled = await ask('POST', '/calls', { from, to: byId('to').value });
  if (!dialled) return;
  chosen = from.startsWith('+') ? from : dialled.id;
  await refresh();
});
document.addEventListener('keydown', (event) => {
  const typed = event.target.closest('input, select');
  if (!typed && keys.includes(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) key(event.key);
});
watch();
