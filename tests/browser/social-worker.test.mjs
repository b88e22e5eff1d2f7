// A social worker's day: own cases, a new person and case, a measure, a note, a consent.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { countFlow } from './flow.mjs';
import { day, follow, notice, personalNumber, send, valueOf } from './forms.mjs';
import { LANGUAGES, axe, openPage, signIn, startHouse } from './harness.mjs';
import { words } from './words.mjs';

/** The fictitious person of each language; birth numbers of the test series that the demo does not use. */
const PEOPLE = {
  sv: { given: 'Alva', family: 'Provlind', born: '2009-03-14', birthNumber: '995', external: 'IFO-95001' },
  en: { given: 'Milo', family: 'Provberg', born: '2010-08-02', birthNumber: '996', external: 'IFO-95002' },
};

describe('a social worker', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  for (const lang of LANGUAGES) {
    describe(`in ${lang}`, () => {
      const word = words(lang);
      const person = PEOPLE[lang];
      const name = `${person.given} ${person.family}`;
      let page;
      let caseUrl;

      const number = (options) => personalNumber(person.born, person.birthNumber, options);
      const link = (id, values) => page.getByRole('link', { name: word(id, values), exact: true }).first();
      const home = () => page.goto(`${house.demo.baseUrl}/ui`);
      const tab = (id) => follow(page, page.locator('nav.tabs').getByRole('link', { name: word(id), exact: true }));

      before(async () => {
        page = await openPage(house.browser, lang);
        await signIn(page, house.demo.personas['social-worker'], lang);
      });

      after(async () => {
        await page.context().close();
      });

      it('sees own cases only', async () => {
        const mine = await namesOfCases(page);
        assert.ok(mine.length > 0, 'the demo gives the social worker cases');
        const colleague = await openPage(house.browser, lang);
        await signIn(colleague, house.demo.personas['social-worker-2'], lang);
        const theirs = await namesOfCases(colleague);
        const foreign = await colleague.locator('main tbody th a').first().getAttribute('href');
        await colleague.context().close();
        assert.ok(theirs.length > 0, 'the demo gives the colleague cases');
        assert.deepEqual(mine.filter((known) => theirs.includes(known)), [], 'nobody is on both lists');

        const hidden = await page.goto(`${house.demo.baseUrl}${foreign}`);
        const hiddenText = await page.locator('main').innerText();
        const unknown = await page.goto(`${house.demo.baseUrl}/ui/cases/00000000-0000-4000-8000-000000000000`);
        assert.deepEqual([hidden.status(), unknown.status()], [404, 404]);
        assert.equal(hiddenText, await page.locator('main').innerText(), 'a hidden case looks like one that does not exist');
        page.complaints.length = 0;
        await home();
      });

      it('is led to a wrong check digit and loses nothing that was typed', async () => {
        await follow(page, link('person-register'));
        const status = await send(page, {
          identityValue: number({ wrong: true }),
          givenName: person.given,
          familyName: person.family,
          birthDate: person.born,
        });
        assert.equal(status, 422);
        const summary = page.locator('main .error-summary');
        assert.ok(await isFirst(page, summary), 'the summary stands on top of the page');
        assert.deepEqual(await axe(page), []);
        const fault = summary.getByRole('link');
        assert.match(await fault.innerText(), new RegExp(word('field-error-check-digit')));
        await fault.click();
        assert.equal(await page.evaluate(() => document.activeElement.name), 'identityValue');
        assert.equal(await page.locator('[name="identityValue"]').getAttribute('aria-invalid'), 'true');
        assert.equal(await valueOf(page, 'givenName'), person.given);
        assert.equal(await valueOf(page, 'familyName'), person.family);
        assert.equal(await valueOf(page, 'birthDate'), person.born);
        assert.equal(await valueOf(page, 'identityValue'), number({ wrong: true }));
        // A refused form is an answer of its own; the browser writes its status to the console.
        page.complaints.length = 0;
      });

      it('registers the person', async () => {
        assert.equal(await send(page, { identityValue: number() }), 200);
        assert.equal(await notice(page), word('notice-person-registered'));
        assert.match(await page.locator('main').innerText(), new RegExp(name));
        assert.doesNotMatch(page.url(), new RegExp(person.birthNumber), 'no number stands in an address');
      });

      it('opens a case with its purpose and its number', async () => {
        await follow(page, link('case-open-title'));
        assert.equal(await send(page, { purpose: 'solpuf_12_1', externalNumber: person.external, reviewOn: day(120) }), 200);
        assert.equal(await notice(page), word('notice-case-opened'));
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(name));
        assert.match(text, new RegExp(person.external));
        caseUrl = page.url();
      });

      it('is told of a duplicate only which unit to ask', async () => {
        const colleague = await openPage(house.browser, lang);
        await signIn(colleague, house.demo.personas['social-worker-2'], lang);
        await follow(colleague, colleague.getByRole('link', { name: word('person-register'), exact: true }).first());
        await send(colleague, {
          identityValue: number(),
          givenName: 'Någon',
          familyName: 'Annan',
          birthDate: person.born,
        });
        const text = await colleague.locator('main').innerText();
        assert.deepEqual(await axe(colleague), []);
        await colleague.context().close();
        assert.match(text, new RegExp(word('person-exists-title')));
        assert.match(text, new RegExp(word('person-exists-unit', { unit: 'Barn- och ungdomsenheten' })));
        for (const kept of [name, person.external, 'Maria Lindholm', number()]) {
          assert.ok(!text.includes(kept), `the colleague does not learn ${kept}`);
        }
      });

      it('logs a measure from home: one page, four required fields, three clicks', async () => {
        await home();
        const row = page.locator('main tr').filter({ has: page.getByRole('link', { name, exact: true }) });
        const flow = countFlow(page);
        await flow.click(row.getByRole('link', { name: word('home-add-measure') }));
        assert.match(await page.locator('main').innerText(), new RegExp(name), 'the form says whose case it is');
        await flow.choose(page.getByLabel(word('measure-kind'), { exact: true }), 'contact_person');
        await page.getByLabel(word('measure-what'), { exact: true }).fill('Kontaktperson en kväll i veckan.');
        await page.getByLabel(word('measure-follow-up'), { exact: true }).fill(day(30));
        await flow.finish(page.getByRole('button', { name: word('measure-log-button') }));

        assert.equal(await notice(page), word('notice-measure-logged'));
        assert.equal(flow.pages.length, 1);
        assert.deepEqual(flow.pages[0].required, ['kind', 'what', 'responsibleId', 'followUpOn']);
        assert.ok(flow.clicks <= 3, `${flow.clicks} clicks`);
        assert.match(await page.locator('main').innerText(), new RegExp(word('measure-status-ongoing'), 'i'));
      });

      it('writes a note in two paragraphs, each with its class and mark', async () => {
        await page.goto(caseUrl);
        await follow(page, link('note-new'));
        const status = await send(
          page,
          {
            'paragraphs[0].text': 'Hon vill börja med fotboll igen på torsdagar.',
            'paragraphs[1].text': 'Hon sover dåligt, och hennes syster också.',
            'paragraphs[1].class': 'health',
            'paragraphs[1].thirdParty': true,
            kind: 'meeting',
          },
        );
        assert.equal(status, 200);
        assert.equal(await notice(page), word('notice-note-written'));
        const [first, second] = await page.locator('article.card').allInnerTexts();
        assert.match(first, /fotboll igen på torsdagar/);
        assert.doesNotMatch(first, new RegExp(word('secrecy-class-health')));
        assert.match(second, /hennes syster också/);
        assert.match(second, new RegExp(word('secrecy-class-health')));
        assert.match(second, new RegExp(word('paragraph-about-others')));
      });

      it('corrects by annotation; what stood goes on standing', async () => {
        // The link names the note too; the newest stands first.
        const correct = new RegExp(`^${word('paragraph-annotate', { number: 1, note: '' }).trim()} `);
        await follow(page, page.getByRole('link', { name: correct }).first());
        assert.match(await page.locator('main blockquote').innerText(), /fotboll igen på torsdagar/);
        assert.equal(await send(page, { text: 'Rättelse: träningen är på tisdagar.' }), 200);
        assert.equal(await notice(page), word('notice-annotated'));
        const [first] = await page.locator('article.card').allInnerTexts();
        assert.match(first, /fotboll igen på torsdagar/);
        assert.match(first, /träningen är på tisdagar/);
      });

      it('locks the note for good after a page that says what that means', async () => {
        const lock = page.locator('main a[href$="/lock"]');
        await follow(page, lock);
        assert.match(await page.locator('main').innerText(), new RegExp(word('note-lock-for-good')));
        assert.equal(await send(page), 200);
        assert.equal(await notice(page), word('notice-note-locked'));
        assert.equal(await lock.count(), 0, 'there is nothing left to lock');
      });

      it('records a consent with every answer', async () => {
        await tab('case-tab-consents');
        await follow(page, link('consent-new'));
        const police = await page.getByLabel('Polismyndigheten, region Väst', { exact: true }).getAttribute('value');
        const informed = await page.locator('[name="informed"]').evaluateAll((boxes) => boxes.map((box) => box.value));
        const answers = await page.locator('main select[name$=".answer"]').count();
        assert.equal(answers, 3, 'the young person and two guardians are asked between 15 and 17');
        const status = await send(page, {
          recipientId: police,
          kindsOfData: 'fritid\nskolgång',
          purpose: 'att samordna stödet',
          validUntil: day(90),
          informed,
          informedHow: 'vid ett möte på kontoret',
          'consenters[0].answer': 'given',
          'consenters[0].written': true,
          'consenters[1].name': 'Eva Provlind',
          'consenters[1].answer': 'given',
          'consenters[1].written': true,
          'consenters[2].name': 'Per Provlind',
          'consenters[2].answer': 'not_needed',
          'consenters[2].ground': 'sole_custody',
          'consenters[2].decidedBy': 'Maria Lindholm',
        });
        assert.equal(status, 200, await page.locator('main').innerText());
        assert.equal(await notice(page), word('notice-consent-recorded'));
        assert.match(await page.locator('main').innerText(), new RegExp(word('consent-state-standing')));
      });

      it('revokes the consent; the decision remains to be seen', async () => {
        await follow(page, link('consent-revoke-of', { recipient: 'Polismyndigheten, region Väst' }));
        const consequences = await page.locator('main .notice-warning').innerText();
        assert.match(consequences, new RegExp(word('consent-revoke-at-once')));
        assert.equal(await send(page, { by: 'person', note: 'per telefon i dag' }), 200);
        assert.equal(await notice(page), word('notice-consent-revoked'));
        const text = await page.locator('main').innerText();
        assert.match(text, new RegExp(word('consent-state-revoked')));
        assert.match(text, /per telefon i dag/);
        assert.equal(await page.locator('main a[href$="/revoke"]').count(), 0, 'it is revoked once');
      });

      it('met no error on the way', () => {
        assert.deepEqual(page.complaints, []);
      });
    });
  }
});

function namesOfCases(page) {
  return page.locator('main tbody th a').allInnerTexts();
}

function isFirst(page, summary) {
  return summary.evaluate((element) => {
    const heading = document.querySelector('main h1');
    return Boolean(element.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING);
  });
}
