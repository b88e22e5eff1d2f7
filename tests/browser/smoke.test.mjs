// Every persona comes home, in both languages, to a page without faults.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { LANGUAGES, PERSONAS, axe, language, openPage, signIn, startHouse } from './harness.mjs';

describe('every persona comes home', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(async () => {
    const how = await house?.close();
    if (how) assert.deepEqual(how, { code: 0, signal: null }, 'the demo stops cleanly when asked to');
  });

  for (const key of PERSONAS) {
    for (const lang of LANGUAGES) {
      it(`${key} in ${lang}`, async () => {
        const persona = house.demo.personas[key];
        assert.ok(persona, `the demo names no persona ${key}`);
        const page = await openPage(house.browser, lang);
        try {
          const response = await signIn(page, persona, lang);
          assert.equal(response.status(), 200);
          assert.equal(await language(page), lang);
          assert.deepEqual(await axe(page), []);
          assert.deepEqual(page.complaints, []);
        } finally {
          await page.context().close();
        }
      });
    }
  }
});
