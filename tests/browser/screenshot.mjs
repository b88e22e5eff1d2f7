// Takes the pictures that the READMEs show: `cargo xtask screenshot`.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { LANGUAGES, openPage, signIn, startHouse } from './harness.mjs';

/** A picture: whose eyes, and which links to follow from home (the first that matches each selector). */
const PICTURES = [
  { name: 'social-worker-home', persona: 'social-worker', follow: [] },
  { name: 'social-worker-case', persona: 'social-worker', follow: ['main a[href*="/cases/"]'] },
  { name: 'police-coordinator-home', persona: 'police-coordinator', follow: [] },
  { name: 'police-coordinator-joint-file', persona: 'police-coordinator', follow: ['main a[href*="/joint-files/"]'] },
  { name: 'auditor-home', persona: 'social-auditor', follow: [] },
];

/** The demo's clock starts here, so that a new picture differs only where a page does. */
const NOON = '2026-11-23T11:00:00Z';

const folder = fileURLToPath(new URL('../../docs/img/', import.meta.url));
await mkdir(folder, { recursive: true });

const house = await startHouse('--now', NOON);
try {
  for (const { name, persona, follow } of PICTURES) {
    for (const lang of LANGUAGES) {
      const page = await openPage(house.browser, lang, {
        viewport: { width: 1200, height: 800 },
        reducedMotion: 'reduce',
      });
      await signIn(page, house.demo.personas[persona], lang);
      for (const selector of follow) {
        await page.locator(selector).first().click();
        await page.waitForLoadState('load');
      }
      const file = `${name}.${lang}.png`;
      await page.screenshot({ path: `${folder}${file}` });
      console.log(`docs/img/${file}`);
      await page.context().close();
    }
  }
} finally {
  await house.close();
}
