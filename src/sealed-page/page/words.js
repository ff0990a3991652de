/** The page's words, Japanese first and English below it. */
import en from '../../../config/unseal/en.json' with { type: 'json' };
import ja from '../../../config/unseal/ja.json' with { type: 'json' };

const filled = (text, values) => text.replace(/\{([a-z]+)\}/g, (_, place) => String(values[place]));

/** Writes the word `key` of both languages into `element`. */
export function say(element, key, values = {}) {
  const english = document.createElement('span');
  english.lang = 'en';
  english.textContent = filled(en.page[key], values);
  element.replaceChildren(filled(ja.page[key], values), english);
}
