// A police coordinator: own joint files, the other side's proposals, copies whose basis has ended.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countFlow } from './flow.mjs';
import { day, fill, follow, notice, send, sendButton } from './forms.mjs';
import { LANGUAGES, axe, openPage, signIn, startHouse } from './harness.mjs';
import { answers27, openJointFile, proposeAction, rowOf } from './joint.mjs';
import { words } from './words.mjs';

const SOCIAL = 'Socialnämnden i Mellerud';
/** Elias, whose joint file both sides work in; his case's number and journal are the social board's alone. */
const INITIALS = 'EL';
const JOURNAL = ['IFO-04127', 'Elias sover dåligt', 'orolig för sin yngre bror', 'Maria Lindholm'];

describe('a police coordinator', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const lang of LANGUAGES) {
    describe(`in ${lang}`, () => {
      const word = words(lang);
      const proposals = [`Hembesök att säga ja till, ${lang}.`, `Hembesök att säga nej till, ${lang}.`];
      let page;

      const link = (id, values) => page.getByRole('link', { name: word(id, values), exact: true }).first();
      const home = () => page.goto(`${house.demo.baseUrl}/ui`);
      const card = (text) => page.locator('article.card').filter({ hasText: text });

      before(async () => {
        const social = await openPage(house.browser, lang);
        await signIn(social, house.demo.personas['social-worker'], lang);
        for (const what of proposals) {
          await openJointFile(social, word, INITIALS);
          const status = await proposeAction(social, word, { what, due: day(20), followUntil: day(60) });
          assert.equal(status, 200, await social.locator('main').innerText());
        }
        await social.context().close();
        page = await openPage(house.browser, lang);
        await signIn(page, house.demo.personas['police-coordinator'], lang);
      });

      after(async () => {
        await page.context().close();
      });

      it('lists own joint files with initials, age, state and what is due', async () => {
        const headings = await page.locator('main thead th').allInnerTexts();
        for (const id of ['joint-reference', 'joint-initials', 'joint-age', 'joint-state', 'joint-next-follow-up', 'joint-open-tasks']) {
          assert.ok(headings.includes(word(id)), `${word(id)} is a column`);
        }
        const row = await rowOf(page, INITIALS).innerText();
        assert.match(row, /\b17\b/, 'the age is known');
        assert.match(row, new RegExp(word('joint-state-active')));
        const text = await page.locator('main').innerText();
        assert.ok(!text.includes('Lindqvist'), 'a list shows initials, no names');
      });

      it('opens one: own entries and received items with basis, sender, wish and day, never the journal', async () => {
        await follow(page, rowOf(page, INITIALS).locator('th a'));
        const file = page.url();
        let seen = '';
        for (const part of ['', '/entries', '/received', '/assessment', '/actions', '/requests', '/history']) {
          assert.equal((await page.goto(`${file}${part}`)).status(), 200, part);
          seen += await page.content();
        }
        assert.match(seen, /Ordningspolisen har under tre veckor sett Elias vid stationen/, 'the own entry');
        await page.goto(`${file}/received`);
        const received = await page.locator('main').innerText();
        for (const id of ['joint-received-basis', 'joint-received-sender', 'joint-received-handling-note', 'joint-received-decided']) {
          assert.ok(received.includes(word(id)), `${word(id)} is shown`);
        }
        assert.match(received, /OSL 12 kap\. 2 §|12 kap\. 2 §/);
        for (const kept of JOURNAL) assert.ok(!seen.includes(kept), `${kept} stays with social services`);
        assert.equal(await page.locator('main a[href*="/cases/"][href*="/notes"]').count(), 0);
      });

      it('accepts a joint action in two clicks from home', async () => {
        await home();
        const proposal = await card(proposals[0]).innerText();
        assert.match(proposal, /OSL 10 kap\. 18 a §/, 'the card shows on what the text was released');
        const flow = countFlow(page);
        await flow.click(card(proposals[0]).getByRole('link', { name: word('action-accept'), exact: true }));
        await flow.finish(sendButton(page));
        assert.equal(flow.clicks, 2);
        assert.deepEqual(flow.pages.map(({ required }) => required), [[]], 'nothing has to be filled in');
        assert.equal(await notice(page), word('notice-action-accepted'), 'accepting tells nothing by itself');
        assert.equal(await page.locator('main h1').innerText(), word('action-tell'), 'the basis is chosen next');
      });

      it('tells the other side of it on a basis of the own side', async () => {
        await follow(page, page.locator('main a[href*="basis=OSL_10_27"]'));
        assert.deepEqual(await axe(page), []);
        assert.equal(await send(page, { field: 'reply', ...answers27() }), 200, await page.locator('main').innerText());
        assert.equal(await notice(page), word('notice-action-told'));
      });

      it('completes the own part', async () => {
        await follow(page, link('action-complete'));
        assert.equal(await send(page, { outcome: 'reached', note: 'Hembesöket är gjort.' }), 200);
        assert.match(await notice(page), new RegExp(word('notice-action-reviewed').slice(0, -1)));
        assert.match(await page.locator('main .tags').innerText(), new RegExp(word('measure-status-done'), 'i'));
      });

      it('evaluates it; the words stay on the own side', async () => {
        await follow(page, link('action-evaluate'));
        assert.equal(await send(page, { outcome: 'partly', note: `Nästa gång går vi tidigare, ${lang}.` }), 200);
        assert.match(await page.locator('main').innerText(), new RegExp(`Nästa gång går vi tidigare, ${lang}`));
        const social = await openPage(house.browser, lang);
        await signIn(social, house.demo.personas['social-worker'], lang);
        await openJointFile(social, word, INITIALS);
        const file = social.url();
        let seen = '';
        for (const part of ['/actions', '/history']) {
          await social.goto(`${file}${part}`);
          seen += await social.content();
        }
        await social.context().close();
        assert.ok(!seen.includes('Nästa gång går vi tidigare'));
      });

      it('declines another one in two clicks; the reason stays', async () => {
        await home();
        const flow = countFlow(page);
        await flow.click(card(proposals[1]).getByRole('link', { name: word('action-decline'), exact: true }));
        await fill(page, { reason: `Vi saknar folk den veckan, ${lang}.` });
        await flow.finish(sendButton(page));
        assert.equal(flow.clicks, 2);
        assert.equal(flow.requiredFields, 1);
        assert.equal(await notice(page), word('notice-action-declined'), 'declining tells nothing by itself');

        const social = await openPage(house.browser, lang);
        await signIn(social, house.demo.personas['social-worker'], lang);
        await openJointFile(social, word, INITIALS);
        const file = social.url();
        let seen = '';
        for (const part of ['/actions', '/history']) {
          await social.goto(`${file}${part}`);
          seen += await social.content();
        }
        assert.ok(seen.includes(proposals[1]), 'the own proposal is there');
        await social.context().close();
        assert.ok(!seen.includes('Vi saknar folk'), 'the reason does not follow');
      });

      it('decides on a copy whose basis has ended', async () => {
        await follow(page, page.locator('nav.site-nav').getByRole('link', { name: word('nav-received'), exact: true }));
        const lapsed = page.locator('main tbody tr').filter({ hasText: word('received-state-lapsed') });
        const waiting = await lapsed.count();
        assert.ok(waiting > 0, 'the demo has a lapsed copy that waits');
        await follow(page, lapsed.first().locator('th a'));
        assert.equal(await page.locator('main h1').innerText(), word('lapse-stop-title'), 'it opens only with a reason');
        assert.equal(await page.locator('main blockquote').count(), 0);
        assert.equal(await send(page, { _reason: 'Granskning av kopia vars stöd har upphört.' }), 200);
        assert.ok((await page.locator('main blockquote').count()) > 0, 'the copy is there to be decided on');
        assert.deepEqual(await axe(page), []);
        if (lang === 'sv') {
          await follow(page, link('lapse-keep'));
          const status = await send(page, {
            law: '2018:1693 3 kap. 2 §',
            reason: 'Förekommer i en pågående förundersökning.',
            until: day(300),
          });
          assert.equal(status, 200, await page.locator('main').innerText());
        } else {
          await follow(page, link('lapse-erase'));
          assert.match(await page.locator('main').innerText(), new RegExp(word('lapse-erase-key')));
          const status = await send(page, { reason: 'Behövs inte för något eget ärende.' });
          assert.equal(status, 200, await page.locator('main').innerText());
        }
        assert.equal(await notice(page), word('notice-lapse-decided'));
        assert.equal(await lapsed.count(), waiting - 1);
        const decided = word(lang === 'sv' ? 'received-state-kept' : 'received-state-erased');
        assert.ok((await page.locator('main').innerText()).includes(decided));
      });

      it(`asks for what is with ${SOCIAL} instead of looking`, async () => {
        await openJointFile(page, word, INITIALS);
        await page.goto(`${page.url()}/received`);
        assert.ok(await link('request-new').isVisible());
      });

      it('met no error on the way', () => {
        assert.deepEqual(page.complaints, []);
      });
    });
  }
});
