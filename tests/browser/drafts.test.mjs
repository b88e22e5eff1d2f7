// What is being written is kept while it is written, offered when the page is opened again, and gone once it is sent.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { fill, follow, send, sendButton, valueOf } from './forms.mjs';
import { LANGUAGES, axe, openPage, signIn, startHouse } from './harness.mjs';
import { words } from './words.mjs';

const TEXT = 'Mötet på onsdag: mamma vill att vi ringer skolan.';
const FIELD = 'paragraphs[0].text';
/** Longer than the script waits after the last key, and than it lets pass between two drafts. */
const A_WHILE_MS = 25_000;

describe('a draft', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const lang of LANGUAGES) {
    it(`is kept and given back in ${lang}`, async () => {
      const word = words(lang);
      const page = await openPage(house.browser, lang);
      try {
        await page.clock.install();
        await signIn(page, house.demo.personas['social-worker'], lang);
        const first = await page.locator('main tbody th a').first().getAttribute('href');
        const address = `${house.demo.baseUrl}${first}/notes/new`;
        await page.goto(address);
        assert.equal(await page.locator('.draft-offer').count(), 0, 'nothing was begun here');

        await write(page, TEXT);
        const said = await page.locator('.draft-said').innerText();
        const time = /\d\d[.:]\d\d/.exec(said)?.[0];
        assert.equal(said, word('draft-saved', { time }), 'it is said, with the time');
        assert.deepEqual(await axe(page), []);

        await page.goto(address);
        assert.equal(await valueOf(page, FIELD), '', 'nothing is filled in unasked');
        assert.deepEqual(await axe(page), []);
        await follow(page, page.getByRole('button', { name: word('draft-use'), exact: true }));
        assert.equal(await valueOf(page, FIELD), TEXT);
        assert.equal(await page.locator('.draft-offer').count(), 0);

        await write(page, `${TEXT} I morgon.`);
        await page.goto(address);
        assert.equal(await page.locator('.draft-offer').count(), 1, 'the same draft was continued');
        await follow(page, page.getByRole('button', { name: word('draft-discard'), exact: true }));
        assert.equal(await page.locator('.draft-offer').count(), 0);
        assert.equal(await valueOf(page, FIELD), '');

        await write(page, TEXT);
        assert.equal(await send(page, { kind: 'meeting' }, sendButton(page)), 200);
        await page.goto(address);
        assert.equal(await page.locator('.draft-offer').count(), 0, 'what was sent is no draft any more');
        assert.deepEqual(page.complaints, []);
      } finally {
        await page.context().close();
      }
    });
  }
});

/** Writes, and lets the script come to its turn. */
async function write(page, text) {
  const kept = page.waitForResponse((response) => response.url().endsWith('/ui/form-drafts'));
  await fill(page, { [FIELD]: text });
  await page.clock.runFor(A_WHILE_MS);
  assert.equal((await kept).status(), 200);
  await page.locator('.draft-said:not(:empty)').waitFor({ state: 'attached' });
}
