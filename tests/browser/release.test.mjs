// Releasing one item to the police: from the marked paragraph to the receipt, the refusal, abstaining, and what the police see.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countFlow } from './flow.mjs';
import { fill, follow, notice, send, sendButton } from './forms.mjs';
import { LANGUAGES, axe, openPage, signIn, startHouse } from './harness.mjs';
import { words } from './words.mjs';

const PERSON = 'Elias Lindqvist';
const POLICE = 'Polismyndigheten, region Väst';
const ATTENTION = 'Områdespolisgruppen Mellerud';

/** The paragraph that each language's story releases, and another one of the same journal that stays. */
const MARKED = {
  sv: { released: /sammanställning över Elias frånvaro/, stays: 'Elias sover dåligt' },
  en: { released: /Elias berättar att han de flesta vardagskvällar/, stays: 'orolig för sin yngre bror' },
};

/** Answers to the four questions of OSL 10 kap. 18 a §, in their order. */
const TESTS = [
  { answer: 'yes', reason: 'Han har under hösten setts med ett äldre nätverk vid stationen.' },
  { answer: 'yes' },
  { answer: 'yes', reason: 'Familjen vet att vi samverkar, och behandlingen störs inte.' },
  { answer: 'no' },
  { answer: 'no' },
];

describe('releasing one item to the police', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const lang of LANGUAGES) {
    describe(`in ${lang}`, () => {
      const word = words(lang);
      let page;
      let caseUrl;
      let marked;
      let left;

      const card = (text) => page.locator('article.card').filter({ hasText: text });
      const markToRelease = () => card(MARKED[lang].released).locator('a[href^="/ui/releases/new"]');
      const link = (id, values) => page.getByRole('link', { name: word(id, values), exact: true }).first();
      const answers = (changed = {}) =>
        Object.fromEntries(
          TESTS.flatMap(({ answer, reason }, at) => {
            const stem = `grounds.answers[${at}]`;
            const given = [[`${stem}.answer`, changed[at] ?? answer]];
            return reason ? [...given, [`${stem}.reason`, reason]] : given;
          }),
        );

      before(async () => {
        page = await openPage(house.browser, lang);
        await signIn(page, house.demo.personas['social-worker'], lang);
        await follow(page, page.getByRole('link', { name: PERSON, exact: true }).first());
        caseUrl = page.url();
        await page.goto(`${caseUrl}/notes`);
        marked = (await card(MARKED[lang].released).locator('p .lines').first().innerText()).trim();
      });

      after(async () => {
        await page.context().close();
      });

      it('takes four pages from the marked paragraph, with written reasons on two tests', async () => {
        const flow = countFlow(page);
        await flow.click(markToRelease());
        assert.deepEqual(await axe(page), []);
        const chosen = await page.locator('[name="items"]:checked').count();
        assert.equal(chosen, 1, 'the marked paragraph is chosen, and nothing else');

        await flow.click(sendButton(page));
        await choosePolice(page, word);
        assert.deepEqual(await axe(page), []);
        await fill(page, { basis: 'OSL_10_18A', attention: ATTENTION });

        await flow.click(sendButton(page));
        assert.deepEqual(await axe(page), []);
        const questions = await page.locator('main form fieldset').count();
        const reasons = await page.locator('main form .reason textarea').count();
        assert.equal(questions, TESTS.length, 'what the system knows is not asked');
        assert.equal(reasons, 2);
        assert.equal(await page.locator('main form details.examples').count(), questions, 'each question has worked examples');
        await fill(page, answers());

        await flow.click(sendButton(page));
        assert.equal(flow.pages.length, 4);
        assert.match(page.url(), /\/preview$/);
        assert.deepEqual(await axe(page), []);
      });

      it('shows before the decision exactly what the recipient gets', async () => {
        const quotes = await page.locator('main blockquote').allInnerTexts();
        assert.deepEqual(quotes.map((text) => text.trim()), [marked]);
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(POLICE));
        assert.match(text, /OSL 10 kap\. 18 a §/);
        assert.match(text, /SOC-1042/, 'the sender is a service number');
        for (const kept of ['Maria Lindholm', 'IFO-04127', MARKED[lang].stays]) {
          assert.ok(!text.includes(kept), `${kept} stays`);
        }
      });

      it('is decided in one click and ends on the receipt', async () => {
        assert.equal(await send(page, { handlingNote: 'Ring innan uppgiften används.' }), 200);
        assert.equal(await notice(page), word('notice-released'));
        assert.match(page.url(), /\/ui\/releases\/[0-9a-f-]+\/receipt$/);
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(word('release-receipt-outcome', { recipient: POLICE, citation: '.*' })));
        for (const { reason } of TESTS.filter((test) => test.reason)) assert.ok(text.includes(reason));
        assert.deepEqual(await axe(page), []);
        left = (await page.locator('main blockquote').innerText()).trim();
        assert.equal(left, marked);
      });

      it('is refused by name when one test fails, and nothing has left', async () => {
        const before = await releasesOf(page, caseUrl);
        await page.goto(`${caseUrl}/notes`);
        await follow(page, markToRelease());
        await send(page);
        await choosePolice(page, word);
        await send(page, { basis: 'OSL_10_18A', attention: ATTENTION });
        await send(page, answers({ 3: 'yes' }));
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(word('refusal-nothing-left'), 'i'));
        assert.deepEqual(await axe(page), []);
        const failed = page.locator('main .notice');
        assert.equal(await failed.count(), 1, 'one test failed, one is named');
        assert.match(await failed.innerText(), lang === 'sv' ? /10 kap\. 21-23 §§/ : /OSL 10:21-23/);
        assert.equal(await page.locator('main form.form').count(), 0, 'there is nothing to decide');

        const draft = page.url();
        assert.equal(await releasesOf(page, caseUrl), before);
        await page.goto(draft);
      });

      it('keeps the answers for whoever changes one of them', async () => {
        await follow(page, link('refusal-change-answers'));
        for (const [at, { answer, reason }] of TESTS.entries()) {
          const stem = `grounds.answers[${at}]`;
          const given = at === 3 ? 'yes' : answer;
          assert.ok(await page.locator(`[name="${stem}.answer"][value="${given}"]`).isChecked());
          if (reason) assert.equal(await page.locator(`[name="${stem}.reason"]`).inputValue(), reason);
        }
      });

      it('is as easily abstained from: one page, one reason', async () => {
        const flow = countFlow(page);
        await flow.click(link('wizard-abstain'));
        await fill(page, { reason: 'Uppgiften rör ett brott som redan är begånget. Vi prövar 10 kap. 23 § för sig.' });
        await flow.finish(sendButton(page));
        assert.equal(await notice(page), word('notice-abstained'));
        assert.equal(flow.pages.length, 1);
        assert.deepEqual(flow.pages[0].required, ['reason']);
        assert.deepEqual(await axe(page), []);
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(word('abstention-outcome', { recipient: POLICE })));
      });

      it('reaches the police as their own document, with basis, sender and wish, and without the journal', async () => {
        const police = await openPage(house.browser, lang);
        await signIn(police, house.demo.personas['police-coordinator'], lang);
        await follow(police, police.locator('nav.site-nav').getByRole('link', { name: word('nav-received'), exact: true }));
        // Copies that wait for a decision come first, then what arrived last.
        const arrived = police.locator('main tbody tr').filter({ hasText: word('received-state-received') });
        await follow(police, arrived.first().locator('th a'));
        const quotes = await police.locator('main blockquote').allInnerTexts();
        assert.deepEqual(quotes.map((text) => text.trim()), [left]);
        const text = await police.locator('main').innerText();
        for (const shown of ['OSL 10 kap. 18 a §', 'SOC-1042', 'Ring innan uppgiften används.', ATTENTION]) {
          assert.ok(text.includes(shown), `${shown} is shown`);
        }
        const everything = await police.content();
        for (const kept of ['Maria Lindholm', 'IFO-04127', MARKED[lang].stays, TESTS[0].reason]) {
          assert.ok(!everything.includes(kept), `${kept} never leaves social services`);
        }
        assert.deepEqual(police.complaints, []);
        for (const journal of [caseUrl, `${caseUrl}/notes`]) {
          assert.equal((await police.goto(journal)).status(), 404, 'the journal does not exist for the police');
        }
        await police.context().close();
      });

      it('met no error on the way', () => {
        assert.deepEqual(page.complaints, []);
      });
    });
  }
});

/** The wizard proposes a recipient; the story wants the police. */
async function choosePolice(page, word) {
  const other = page.getByRole('link', { name: word('wizard-other-recipient', { recipient: POLICE }), exact: true });
  if (await other.count()) await follow(page, other);
}

async function releasesOf(page, caseUrl) {
  await page.goto(`${caseUrl}/releases`);
  return page.locator('section[aria-labelledby="releases"] tbody tr').count();
}
