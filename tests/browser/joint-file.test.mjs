// A social worker begins coordination: nominates, takes a position, proposes a joint action.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { day, follow, notice, send } from './forms.mjs';
import { LANGUAGES, axe, openPage, signIn, startHouse } from './harness.mjs';
import { answers18a, proposeAction } from './joint.mjs';
import { words } from './words.mjs';

const POLICE = 'Polismyndigheten, region Väst';

/** Whose cases each language's story uses: one person whom the police hold a matter about, and one whom they do not know. */
const CASES = {
  sv: { persona: 'social-worker', known: 'Viktor Sandell', unknown: 'Emma Ståhlgren' },
  en: { persona: 'social-worker-2', known: 'Noah Eklund', unknown: 'Linnéa Hagström' },
};

describe('beginning coordination', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const lang of LANGUAGES) {
    describe(`in ${lang}`, () => {
      const word = words(lang);
      const { persona, known, unknown } = CASES[lang];
      let page;
      let acknowledged;
      let file;

      const link = (id, values) => page.getByRole('link', { name: word(id, values), exact: true }).first();

      async function nominate(name) {
        await page.goto(`${house.demo.baseUrl}/ui`);
        await follow(page, page.getByRole('link', { name, exact: true }).first());
        await follow(page, link('nominate-title'));
        await follow(page, page.locator('main a[href*="basis=OSL_10_18A"]'));
        return send(page, {
          reason: 'Det finns risk att personen dras in i brottslig verksamhet.',
          goal: 'Att vi hjälps åt om kvällarna.',
          ...answers18a(),
        });
      }

      /** The acknowledgement without its reference, which is random. */
      async function acknowledgement() {
        const reference = await page.locator('main .reference strong').innerText();
        return (await page.locator('main').innerText()).replaceAll(reference, '#');
      }

      before(async () => {
        page = await openPage(house.browser, lang);
        await signIn(page, house.demo.personas[persona], lang);
      });

      after(async () => {
        await page.context().close();
      });

      it('nominates somebody from an own case', async () => {
        assert.equal(await nominate(known), 200, await page.locator('main').innerText());
        assert.equal(await notice(page), word('notice-nominated'));
        acknowledged = await acknowledgement();
        assert.match(acknowledged, new RegExp(word('nominated-outcome', { peer: POLICE })));
        assert.match(acknowledged, new RegExp(word('nominated-unknown')));
        assert.deepEqual(await axe(page), []);
        await follow(page, link('nominated-to-file'));
        file = page.url();
      });

      it('is acknowledged in the same words whether or not the police know the person', async () => {
        assert.equal(await nominate(unknown), 200, await page.locator('main').innerText());
        assert.equal(await acknowledgement(), acknowledged);
      });

      it('sees in the own file why the other side is not shown', async () => {
        await page.goto(file);
        const withheld = await page.locator('main .withheld').allInnerTexts();
        assert.ok(withheld.length > 0);
        for (const why of withheld) assert.equal(why, word('joint-withheld', { peer: POLICE }));
      });

      it('takes the own position; the other side learns nothing of it', async () => {
        await follow(page, link('position-new'));
        assert.match(await page.locator('main').innerText(), new RegExp(word('position-untold', { peer: POLICE })));
        const status = await send(page, {
          limb: 'limb_b',
          stands: 'yes',
          grounds: ['concern_reports'],
          reasons: 'Två orosanmälningar under hösten. Emot talar att skolgången fungerar.',
          reviewOn: day(150),
        });
        assert.equal(status, 200, await page.locator('main').innerText());
        assert.equal(await notice(page), word('notice-position-taken'));
        const text = await page.locator('main').innerText();
        assert.match(text, /Två orosanmälningar/);
        assert.match(text, new RegExp(word('position-theirs-none', { peer: POLICE })));
      });

      it('cannot put the review further ahead than six months', async () => {
        await follow(page, link('position-new'));
        const status = await send(page, { limb: 'limb_b', stands: 'no', reasons: 'Prov.', reviewOn: day(250) });
        assert.equal(status, 422);
        assert.equal(await page.locator('main .error-summary a').getAttribute('href'), '#f-reviewOn');
        page.complaints.length = 0;
      });

      it('proposes a joint action, which is a release of its text', async () => {
        await page.goto(file);
        const proposed = { what: 'Gemensamt hembesök en kväll.', due: day(20), followUntil: day(60) };
        assert.equal(await proposeAction(page, word, proposed), 200, await page.locator('main').innerText());
        assert.equal(await notice(page), word('notice-action-proposed'));
        const text = await page.locator('main').innerText();
        for (const shown of [proposed.what, 'OSL 10 kap. 18 a §', word('peer-answer-pending'), word('action-us')]) {
          assert.ok(text.includes(shown), `${shown} is shown`);
        }
      });

      it('met no error on the way', () => {
        assert.deepEqual(page.complaints, []);
      });
    });
  }
});
