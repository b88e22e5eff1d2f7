// The words of the product as the product itself has them, so that a story is told once and read in both languages.

import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOCALES = fileURLToPath(new URL('../../crates/web/locales/', import.meta.url));
const READ = new Map();

/**
 * `words('sv')` answers a function from a message's id, and the values for its placeholders, to the message.
 * Messages with variants (plurals) are not read: a test asks for what stands around them.
 */
export function words(lang) {
  if (!READ.has(lang)) READ.set(lang, read(lang));
  const messages = READ.get(lang);
  return (id, values = {}) => {
    const message = messages.get(id);
    if (message === undefined) throw new Error(`no message ${id} in ${lang}`);
    return message.replace(/\{ *\$([a-z_-]+) *\}/g, (_, name) => {
      if (!(name in values)) throw new Error(`${id} wants $${name}`);
      return values[name];
    });
  };
}

function read(lang) {
  const messages = new Map();
  for (const file of readdirSync(`${LOCALES}${lang}`)) {
    for (const line of readFileSync(`${LOCALES}${lang}/${file}`, 'utf8').split('\n')) {
      const [, id, text] = /^([a-z][a-z0-9-]*) = (.+)$/.exec(line) ?? [];
      if (id && !text.endsWith('->')) messages.set(id, text);
    }
  }
  return messages;
}
