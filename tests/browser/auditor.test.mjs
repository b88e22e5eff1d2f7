// The auditor of each authority: searches the access log, opens an entry, follows timelines, checks the log, and is in it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { day, follow, personalNumber, send } from './forms.mjs';
import { LANGUAGES, openPage, signIn, startHouse } from './harness.mjs';
import { words } from './words.mjs';

/** Per authority: its auditor, and whose work is looked at. */
const SIDES = [
  { auditor: 'social-auditor', worker: 'social-worker', birthNumber: { sv: '991', en: '992' }, foreign: 'police-coordinator' },
  { auditor: 'police-auditor', worker: 'police-coordinator', birthNumber: { sv: '993', en: '994' }, foreign: 'social-worker' },
];

/** Words that stand in the demo's journal and entries, never in a log. */
const CONTENT = ['boxningen', 'Ordningspolisen', 'Lindqvist', 'IFO-04127', 'Nieminen'];

describe('the auditor', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const { auditor, worker, birthNumber, foreign } of SIDES) {
    for (const lang of LANGUAGES) {
      describe(`${auditor} in ${lang}`, () => {
        const word = words(lang);
        const born = '2008-05-17';
        const number = personalNumber(born, birthNumber[lang]);
        const writings = [number, number.replace('-', ''), number.replace('-', '').slice(2), number.slice(2)];
        let page;
        let seen = '';

        const rows = () => page.locator('section[aria-labelledby="results"] tbody tr');
        const cells = (column) => rows().evaluateAll((rows, at) => rows.map((row) => row.children[at].innerText.trim()), column);
        const log = async () => {
          const response = await page.goto(`${house.demo.baseUrl}/ui/audit/entries`);
          assert.equal(response.status(), 200);
        };
        const search = async (values) => {
          await log();
          const status = await send(page, values, page.getByRole('button', { name: word('audit-search'), exact: true }));
          assert.equal(status, 200, await page.locator('main').innerText());
          seen += await page.content();
        };

        before(async () => {
          const at = await openPage(house.browser, lang);
          await signIn(at, house.demo.personas[worker], lang);
          await at.goto(`${house.demo.baseUrl}/ui/persons/new`);
          await send(at, { identityValue: number, givenName: 'Tilde', familyName: 'Provdal', birthDate: born });
          assert.match(at.url(), /\/ui\/persons\/[0-9a-f-]{36}/, await at.locator('main').innerText());
          await at.reload();
          await at.context().close();
          page = await openPage(house.browser, lang);
          await signIn(page, house.demo.personas[auditor], lang);
        });

        after(async () => {
          await page.context().close();
        });

        it('finds who opened a person by the personal number, which stands in no address', async () => {
          await search({ personNumber: number });
          const actions = await cells(2);
          assert.ok(actions.includes(word('action-person-register')), actions.join(', '));
          assert.ok(actions.includes(word('action-person-read')), actions.join(', '));
          const users = new Set(await cells(1));
          assert.equal(users.size, 1, 'nobody else opened the person');
          assert.match([...users][0], new RegExp(house.demo.personas[worker].name));
          const results = await page.locator('section[aria-labelledby="results"]').innerHTML();
          for (const written of writings) assert.ok(!page.url().includes(written) && !results.includes(written));
        });

        it('finds by period', async () => {
          await search({ from: day(0), until: day(0) });
          const today = await rows().count();
          assert.ok(today > 0);
          await search({ from: day(-40), until: day(-10) });
          assert.ok((await rows().count()) > 0, 'the demo has weeks of log');
          await search({ from: day(-400), until: day(-390) });
          assert.equal(await rows().count(), 0);
          assert.match(await page.locator('main').innerText(), new RegExp(word('audit-no-lines')));
        });

        it('finds what was refused', async () => {
          const stranger = await openPage(house.browser, lang);
          await signIn(stranger, house.demo.personas[worker], lang);
          await stranger.goto(`${house.demo.baseUrl}/ui/audit/entries`);
          await stranger.context().close();
          await search({ outcome: 'DENY' });
          const outcomes = new Set(await cells(4));
          assert.deepEqual([...outcomes], [word('outcome-deny')]);
        });

        it('opens an entry: who, when, what kind, why; no content', async () => {
          await search({ personNumber: number });
          await follow(page, rows().last().locator('th a'));
          const text = await page.locator('main').innerText();
          seen += text;
          for (const shown of [house.demo.personas[worker].name, word('action-person-register'), word('outcome-allow')]) {
            assert.ok(text.includes(shown), `${shown} is shown`);
          }
          const leaf = JSON.parse(await page.locator('main blockquote').innerText());
          assert.ok(leaf.seq > 0, 'the leaf is the strict JSON that the log holds');
          for (const kept of ['Provdal', ...writings]) assert.ok(!text.includes(kept), `${kept} is not in the entry`);
        });

        it('follows the timeline of a user and of a person', async () => {
          await search({ personNumber: number });
          await follow(page, rows().first().getByRole('link', { name: word('audit-timeline-person'), exact: true }));
          const ofPerson = await rows().count();
          assert.ok(ofPerson >= 2);
          await follow(page, rows().first().getByRole('link', { name: word('audit-timeline-user'), exact: true }));
          assert.ok((await rows().count()) > ofPerson);
          assert.equal(new Set(await cells(1)).size, 1, 'one user');
          seen += await page.content();
        });

        it('sees the state of the log and has the whole of it checked', async () => {
          await follow(page, page.locator('nav.site-nav').getByRole('link', { name: word('nav-verification'), exact: true }));
          assert.equal(await send(page, {}, page.getByRole('button', { name: word('verification-run'), exact: true })), 200);
          const sound = word('verification-sound', { entries: '[0-9\\s\\u00a0.,]+' });
          assert.match(await page.locator('main').innerText(), new RegExp(sound));
          assert.match(await page.locator('main blockquote').first().innerText(), /\/audit\//, 'a signed checkpoint with its origin');
        });

        it('stands in the log too', async () => {
          await search({ from: day(0), until: day(0), action: 'AUDIT.SEARCH', outcome: 'ALLOW' });
          const users = new Set(await cells(1));
          assert.equal(users.size, 1);
          assert.match([...users][0], new RegExp(house.demo.personas[auditor].name));
        });

        it('sees no text of any record, and nothing of the other authority', async () => {
          assert.ok(seen.length > 0);
          for (const content of CONTENT) assert.ok(!seen.includes(content), `${content} stands in no log`);
          assert.ok(!seen.includes(house.demo.personas[foreign].name), 'each authority has a log of its own');
          for (const path of ['/ui/cases', '/ui/joint-files', '/ui/received-items', '/ui/releases']) {
            assert.equal((await page.goto(`${house.demo.baseUrl}${path}`)).status(), 404, path);
          }
          page.complaints.length = 0;
        });
      });
    }
  }
});
