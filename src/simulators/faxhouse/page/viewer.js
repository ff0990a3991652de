/** One page as large as it is, with its neighbours a key away. */
import { words } from './words.js';

const byId = (id) => document.getElementById(id);
const viewer = byId('viewer');
let shown = null;

export function openViewer(fax, index, both) {
  shown = { fax, index, both };
  show();
  viewer.showModal();
}

function show() {
  const { fax, index, both } = shown;
  const title = words.page(index + 1, fax.pages.length);
  byId('viewer-title').replaceChildren(...both(title));
  byId('page').src = fax.pages[index].png;
  byId('page').alt = title.join(' ');
  byId('tiff').href = fax.tiff;
  byId('previous').disabled = index === 0;
  byId('next').disabled = index === fax.pages.length - 1;
}

function turn(by) {
  const index = shown.index + by;
  if (index < 0 || index >= shown.fax.pages.length) return;
  shown = { ...shown, index };
  show();
  viewer.querySelector('.sheet').scrollTop = 0;
}

byId('previous').addEventListener('click', () => turn(-1));
byId('next').addEventListener('click', () => turn(1));
byId('close').addEventListener('click', () => viewer.close());
viewer.addEventListener('click', (event) => event.target === viewer && viewer.close());
viewer.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowLeft') turn(-1);
  if (event.key === 'ArrowRight') turn(1);
});
