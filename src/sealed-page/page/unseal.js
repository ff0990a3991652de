/**
 * The offline page: photos in, symbols gathered, secret typed, record shown. It asks no server for anything (its policy forbids
 * every connection), keeps nothing on the device, and forgets when it is closed, left or untouched for five minutes.
 */
import { prepareZXingModule } from 'zxing-wasm/reader';
import wasm from 'zxing-wasm/reader/zxing_reader.wasm';
import { openEnvelope } from '../envelope.ts';
import { isEnough, readSymbols } from '../read.ts';
import { scryptInBrowser } from '../scrypt.ts';
import { parseSecret } from '../secret.ts';
import { assemble, pageNumber } from '../symbols.ts';
import { scanWithZxing } from '../zxing.ts';
import { grayOfFile } from './picture.js';
import { say } from './words.js';

const part = (id) => document.getElementById(id);
const forgetAfterMs = 5 * 60 * 1000;

/** What the photos so far have shown (symbols.ts, Collection), or null. */
let known = null;
let reader = null;
/** Photos are read one after another; the record waits for the last. */
let reading = Promise.resolve();
let untouched = 0;

function readerReady() {
  reader ??= prepareZXingModule({ overrides: { wasmBinary: wasm.slice().buffer }, fireImmediately: true });
  return reader;
}

// ---------------------------------------------------------------------------------------------------- photos

async function readPhoto(file) {
  say(part('photo-state'), 'reading');
  await painted();
  let image;
  try {
    image = await grayOfFile(file);
  } catch {
    return say(part('photo-state'), 'not_a_picture');
  }
  await readerReady();
  known = await readSymbols(image, scanWithZxing, known);
  image.pixels.fill(0);
  showGathered();
}

function showGathered() {
  part('gauge').hidden = !known;
  if (!known) return say(part('photo-state'), 'found_none');
  const { head, blocks } = known;
  const values = { found: blocks.size, needed: head.needed, total: head.total, number: pageNumber(head.pageId) };
  const key = isEnough(known) ? 'found_all' : 'found_some';
  say(part('photo-state'), key, { ...values, missing: head.needed - blocks.size });
  part('gauge-fill').style.width = `${(100 * blocks.size) / head.total}%`;
  part('gauge-mark').style.left = `${(100 * head.needed) / head.total}%`;
  if (isEnough(known)) part('secret').focus();
}

part('photo').addEventListener('change', () => {
  const files = [...part('photo').files];
  part('photo').value = ''; // the same photo may be chosen again
  for (const file of files) reading = reading.then(() => readPhoto(file));
});

// ---------------------------------------------------------------------------------------------------- secret

/** Groups of four while typing, so that what was heard can be compared with what is there. */
part('secret').addEventListener('input', () => {
  const field = part('secret');
  part('secret-state').replaceChildren();
  const isAtEnd = field.selectionStart === field.value.length;
  const digits = field.value.normalize('NFKC').replace(/[\s-]/g, '');
  if (isAtEnd && /^\d*$/.test(digits)) field.value = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
});

part('secret-form').addEventListener('submit', (event) => {
  event.preventDefault();
  reading = reading.then(open);
});

async function open() {
  const state = part('secret-state');
  const typed = part('secret').value;
  const parsed = parseSecret(typed);
  if ('refused' in parsed) {
    return say(state, parsed.refused, { missing: 16 - typed.normalize('NFKC').replace(/\D/g, '').length });
  }
  if (!known) return say(state, 'photo_first');
  const bytes = isEnough(known) ? assemble(known) : null;
  if (!bytes) return showGathered();
  const stretch = (secret, salt, costLog2) =>
    scryptInBrowser(secret, salt, costLog2, 44, {
      progress: (share) => say(state, 'opening', { percent: Math.round(share * 100) }),
      breathe: painted,
    });
  const opened = await openEnvelope(bytes, known.head.pageId, parsed.secret, stretch);
  if ('refused' in opened) return say(state, opened.refused, { number: pageNumber(known.head.pageId) });
  state.replaceChildren();
  show(opened.content);
}

// ---------------------------------------------------------------------------------------------------- record

function show(content) {
  let text;
  try {
    text = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content));
  } catch {
    return say(part('secret-state'), 'broken');
  }
  part('record-title').textContent = text.title;
  part('record-lines').replaceChildren(...text.lines.map(lineElement));
  part('secret').value = '';
  showRecord(true);
  window.scrollTo(0, 0);
  touched();
}

/** Text only: nothing of a page is ever taken as markup. */
function lineElement({ kind, text }) {
  const element = document.createElement(kind === 'heading' ? 'h3' : 'p');
  if (kind === 'name' || kind === 'alert') element.className = kind;
  element.textContent = text;
  return element;
}

/** Either the record fills the screen, or the way to it does. */
function showRecord(isShown) {
  for (const other of ['header', 'main']) document.querySelector(other).hidden = isShown;
  part('record').hidden = !isShown;
}

function forget() {
  known = null;
  clearTimeout(untouched);
  part('record-title').textContent = '';
  part('record-lines').replaceChildren();
  showRecord(false);
  part('secret').value = '';
  part('secret-state').replaceChildren();
  part('gauge').hidden = true;
  say(part('photo-state'), 'forgotten');
}

function touched() {
  if (part('record').hidden) return;
  clearTimeout(untouched);
  untouched = setTimeout(forget, forgetAfterMs);
}

part('forget').addEventListener('click', forget);
for (const kind of ['pointerdown', 'keydown', 'scroll']) window.addEventListener(kind, touched, { passive: true });
// Also when the browser keeps the page in memory to come back to it.
window.addEventListener('pagehide', () => {
  if (known) forget();
});

/** Resolves when the browser has painted, so that "reading…" is seen before the work begins. */
const painted = () => new Promise((resolve) => setTimeout(resolve, 0));

if (location.protocol !== 'file:') {
  part('save').hidden = false;
  part('save').href = `${location.pathname.replace(/\/$/, '')}/kamome-unseal.html`;
}
const isAble = globalThis.crypto?.subtle && globalThis.DecompressionStream && globalThis.WebAssembly;
if (isAble) readerReady();
else {
  part('unsupported').hidden = false;
  document.querySelector('main').hidden = true;
}
