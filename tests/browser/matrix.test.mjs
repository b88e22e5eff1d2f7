// The matrix as one file for a lawyer: opened from the disk, without a network, filtered with the keyboard, read by axe.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';

import { LANGUAGES, axe, launchBrowser, openPage, productBinary } from './harness.mjs';

const NARROW = { width: 320, height: 640 };
const TEXTS = {
  sv: { role: 'Roll', worker: 'Socialsekreterare', words: 'Ord i raden', clear: 'Visa alla rader', none: 'Ingen rad motsvarar valen' },
  en: { role: 'Role', worker: 'Social worker', words: 'Words in the row', clear: 'Show every row', none: 'No row fits the choices' },
};

describe('the matrix page', () => {
  let browser;
  let folder;
  const address = {};

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'samlad-matrix-'));
    for (const lang of LANGUAGES) {
      const html = execFileSync(productBinary(), ['policy', 'matrix', '--format', 'html', '--language', lang], { maxBuffer: 64 << 20 });
      const file = join(folder, `${lang}.html`);
      writeFileSync(file, html);
      address[lang] = pathToFileURL(file).href;
    }
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  for (const lang of LANGUAGES) {
    it(`filters by role and by words in ${lang}`, async () => {
      const texts = TEXTS[lang];
      const page = await openPage(browser, lang, { offline: true });
      try {
        await page.goto(address[lang]);
        assert.equal(await page.getAttribute('html', 'lang'), lang);
        const all = await page.locator('tbody tr').count();
        const shown = () => page.locator('tbody tr:not([hidden])').count();
        assert.equal(await shown(), all);

        await page.getByLabel(texts.role, { exact: true }).selectOption(texts.worker);
        const ofRole = await shown();
        assert.ok(ofRole > 10 && ofRole < all);
        assert.match(await page.getByRole('status').textContent(), new RegExp(`^${ofRole} .*${all}`));
        const heads = await page.locator('tbody tr:not([hidden]) th').allTextContents();
        assert.ok(heads.every((head) => head === texts.worker));

        await page.getByLabel(texts.words).fill('10 kap. 1 §');
        assert.ok((await shown()) > 0 && (await shown()) < ofRole);
        await page.getByLabel(texts.words).fill('xyzzy');
        assert.equal(await shown(), 0);
        assert.match(await page.getByRole('status').textContent(), new RegExp(texts.none));

        await page.getByRole('button', { name: texts.clear }).press('Enter');
        await page.locator('tbody tr:not([hidden])').nth(all - 1).waitFor({ state: 'attached' });
        assert.equal(await shown(), all);
        assert.deepEqual(await axe(page), []);
        assert.deepEqual(page.complaints, []);
      } finally {
        await page.context().close();
      }
    });
  }

  it('fits a narrow window, and is whole without script', async () => {
    const narrow = await openPage(browser, 'sv', { viewport: NARROW, offline: true });
    const bare = await openPage(browser, 'sv', { javaScriptEnabled: false, offline: true });
    try {
      await narrow.goto(address.sv);
      const [wide, seen] = await narrow.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(wide <= seen, `${wide} > ${seen}`);
      await bare.goto(address.sv);
      assert.ok((await bare.locator('tbody tr').count()) > 600);
      assert.equal(await bare.locator('#filters').isVisible(), false);
    } finally {
      await narrow.context().close();
      await bare.context().close();
    }
  });
});
