// Every page of every role in both languages: axe, reflow, dark and forced colours, keyboard only, without script, and nothing from elsewhere.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { crawl } from './crawl.mjs';
import { day, follow, notice, send } from './forms.mjs';
import { LANGUAGES, axe, language, openPage, signIn, startHouse } from './harness.mjs';
import { words } from './words.mjs';

/** One persona per role; the colleagues of the demo see the same kinds of pages. */
const ROLES = [
  'social-worker',
  'social-lead',
  'sig-coordinator',
  'police-coordinator',
  'social-auditor',
  'police-auditor',
  'administrator',
  'police-administrator',
  'prevention-coordinator',
];
/** WCAG 2.2, 1.4.10: 320 CSS pixels, which is 400 % of 1280. */
const NARROW = { width: 320, height: 640 };
const WIDE = { width: 1280, height: 800 };

describe('accessibility', () => {
  let house;

  before(async () => {
    house = await startHouse();
  });

  after(() => house?.close());

  describe('every page', { concurrency: 2 }, () => {
    for (const role of ROLES) {
      for (const lang of LANGUAGES) {
        it(`of ${role} in ${lang}`, async () => {
          const page = await openPage(house.browser, lang, { viewport: WIDE });
          const foreign = foreignRequests(page, house.demo.baseUrl);
          const faults = [];
          try {
            await signIn(page, house.demo.personas[role], lang);
            const kinds = await crawl(page, async (page, kind, response) => {
              const fault = (what) => faults.push(`${kind}: ${what}`);
              if (response.status() !== 200) fault(`status ${response.status()}`);
              if ((await language(page)) !== lang) fault('wrong language');
              for (const violation of await axe(page)) fault(violation);
              for (const words of await unreadable(page)) fault(words);
              // Words have no part in reflow and in the colours of the dark scheme: the longer language is enough.
              if (lang !== 'sv') return;
              await page.setViewportSize(NARROW);
              for (const wide of await overflowing(page)) fault(`wider than 320 pixels: ${wide}`);
              await page.setViewportSize(WIDE);
              await page.emulateMedia({ colorScheme: 'dark' });
              for (const violation of await axe(page, ['color-contrast'])) fault(`dark: ${violation}`);
              await page.emulateMedia({ colorScheme: 'light' });
            });
            assert.ok(kinds.length > 2, `only ${kinds.join(', ')}`);
            assert.deepEqual(faults, []);
            assert.deepEqual(page.complaints, []);
            assert.deepEqual(foreign, [], 'nothing is fetched from elsewhere');
          } finally {
            await page.context().close();
          }
        });
      }
    }
  });

  for (const lang of LANGUAGES) {
    describe(`logging a measure in ${lang}`, () => {
      const word = words(lang);

      it('needs no mouse', async () => {
        const page = await atHome(house, lang);
        try {
          await reach(page, { href: /\/measures\/new$/ });
          await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
          await reach(page, { name: 'kind' });
          await page.keyboard.type(lang === 'sv' ? 'Kontaktperson' : 'Contact person');
          await reach(page, { name: 'what' });
          await page.keyboard.type('Kontaktperson en kväll i veckan.');
          await reach(page, { name: 'followUpOn' });
          await typeDate(page, day(30));
          await reach(page, { submit: word('measure-log-button') });
          assert.ok(await focusIsVisible(page), 'one sees where one is');
          await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
          assert.equal(await notice(page), word('notice-measure-logged'), await page.locator('main').innerText());
        } finally {
          await page.context().close();
        }
      });

      it('needs no script', async () => {
        const page = await atHome(house, lang, { javaScriptEnabled: false });
        try {
          await follow(page, page.locator('main a[href$="/measures/new"]').first());
          // Without script the test cannot ask the page for its fields either.
          await page.locator('[name="kind"]').selectOption('contact_person');
          await page.locator('[name="what"]').fill('Kontaktperson en kväll i veckan.');
          await page.locator('[name="followUpOn"]').fill(day(30));
          await follow(page, page.getByRole('button', { name: word('measure-log-button') }));
          assert.equal(await notice(page), word('notice-measure-logged'));
          assert.deepEqual(page.complaints, []);
        } finally {
          await page.context().close();
        }
      });

      it('works at 400 % zoom', async () => {
        const page = await atHome(house, lang, { viewport: { width: 320, height: 200 }, deviceScaleFactor: 4 });
        try {
          await follow(page, page.locator('main a[href$="/measures/new"]').first());
          const values = { kind: 'contact_person', what: 'Kontaktperson en kväll i veckan.', followUpOn: day(30) };
          assert.equal(await send(page, values), 200, 'every field can be reached and filled in');
          assert.deepEqual(await overflowing(page), []);
        } finally {
          await page.context().close();
        }
      });
    });
  }

  it('forced colours leave the edges of buttons, fields and faults visible', async () => {
    const page = await atHome(house, 'sv', { forcedColors: 'active' });
    try {
      assert.deepEqual(await axe(page), []);
      await follow(page, page.locator('main a[href$="/measures/new"]').first());
      assert.equal(await send(page), 422);
      const edgeless = await page.locator('main .button, main input:visible, main select:visible, main textarea:visible').evaluateAll((elements) =>
        elements
          .filter((element) => element.checkVisibility() && !['hidden', 'checkbox', 'radio'].includes(element.type))
          .filter((element) => parseFloat(getComputedStyle(element).borderTopWidth) === 0)
          .map((element) => element.outerHTML.slice(0, 100)),
      );
      assert.deepEqual(edgeless, []);
      assert.deepEqual(await axe(page), []);
      assert.equal(await page.locator('main [aria-invalid="true"]').count(), 3, 'type, what and follow-up are wanting');
    } finally {
      await page.context().close();
    }
  });

  it('the skip link is the first stop and leads to the content', async () => {
    const page = await atHome(house, 'sv');
    try {
      await page.keyboard.press('Tab');
      const skip = page.locator('a.skip-link');
      assert.ok(await skip.evaluate((link) => link === document.activeElement && link.getBoundingClientRect().top >= 0));
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    } finally {
      await page.context().close();
    }
  });
});

async function atHome(house, lang, options) {
  const page = await openPage(house.browser, lang, options);
  await signIn(page, house.demo.personas['social-worker'], lang);
  return page;
}

/** Collects what is asked of any other place than the product. */
function foreignRequests(page, baseUrl) {
  const foreign = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(baseUrl) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  return foreign;
}

/** Elements that make the page scroll sideways; what scrolls in a box of its own (tables) does not. */
function overflowing(page) {
  return page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const boxed = (element) => {
      for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
        if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(box).overflowX)) return true;
      }
      return false;
    };
    return [...document.body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > room + 1 && !boxed(element))
      .slice(0, 3)
      .map((element) => `${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)
      .concat(`${document.documentElement.scrollWidth} wide`);
  });
}

/** Words for nobody: codes, placeholders and values that have no words yet. */
function unreadable(page) {
  return page.locator('body').evaluate((body) => {
    const text = body.innerText;
    const found = text.match(/\{ ?\$[a-z]+ ?\}|\bundefined\b|\bSome\(|\bNone\b|okänt värde|unknown value/g) ?? [];
    const headings = [...body.querySelectorAll('h1')];
    if (headings.length !== 1) found.push(`${headings.length} headings of the first level`);
    return found;
  });
}

/** Presses Tab until the focus stands on what is sought. */
async function reach(page, { href, name, submit }) {
  const seeks = { href: href?.source, name, submit };
  for (let pressed = 0; pressed < 120; pressed += 1) {
    await page.keyboard.press('Tab');
    const there = await page.evaluate(({ href, name, submit }) => {
      const element = document.activeElement;
      if (href) return new RegExp(href).test(element.getAttribute('href') ?? '');
      if (submit) return element.localName === 'button' && element.textContent.trim() === submit;
      return element.name === name;
    }, seeks);
    if (there) return;
  }
  throw new Error(`the keyboard does not reach ${JSON.stringify(seeks)}`);
}

/** A date field takes its parts in the order of the browser's own language, which is that of the machine. */
async function typeDate(page, iso) {
  const [year, month, date] = iso.split('-');
  for (const parts of [[month, date, year], [date, month, year], [year, month, date]]) {
    for (const part of parts) {
      await page.keyboard.type(part);
      // A year has room for six digits, so only an arrow leaves it.
      if (part === year && parts[0] === year) await page.keyboard.press('ArrowRight');
    }
    if ((await page.evaluate(() => document.activeElement.value)) === iso) return;
    for (const _ of parts) await page.keyboard.press('ArrowLeft');
  }
  throw new Error('the date field takes no date from the keyboard');
}

function focusIsVisible(page) {
  return page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
}
