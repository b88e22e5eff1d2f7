// Takes the pictures that the READMEs show: `cargo xtask screenshot`.

import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { follow, send } from './forms.mjs';
import { LANGUAGES, openPage, signIn, startHouse } from './harness.mjs';
import { answers18a, openJointFile } from './joint.mjs';
import { words } from './words.mjs';

/** Whose case and joint file the pictures show. */
const PERSON = 'Elias Lindqvist';
const INITIALS = 'EL';
const POLICE = 'Polismyndigheten, region Väst';

/** A picture: whose eyes, and how one comes to the page from home. */
const PICTURES = [
  { name: 'social-worker-home', persona: 'social-worker' },
  { name: 'social-worker-notes', persona: 'social-worker', go: toNotes },
  { name: 'release-preview', persona: 'social-worker', go: toPreview },
  { name: 'police-coordinator-home', persona: 'police-coordinator' },
  { name: 'police-coordinator-received', persona: 'police-coordinator', go: toReceived },
  { name: 'auditor-log', persona: 'social-auditor', go: toLog },
];

/** The demo's clock starts here, so that a new picture differs only where a page does. */
const NOON = '2026-11-23T11:00:00Z';

async function toNotes(page) {
  await follow(page, page.getByRole('link', { name: PERSON, exact: true }).first());
  await page.goto(`${page.url()}/notes`);
}

async function toPreview(page, word) {
  await toNotes(page);
  await follow(page, page.locator('main a[href^="/ui/releases/new"]').first());
  await send(page);
  const police = page.getByRole('link', { name: word('wizard-other-recipient', { recipient: POLICE }), exact: true });
  if (await police.count()) await follow(page, police);
  await send(page, { basis: 'OSL_10_18A', attention: 'Områdespolisgruppen Mellerud' });
  await send(page, answers18a());
}

async function toReceived(page, word) {
  await openJointFile(page, word, INITIALS);
  await page.goto(`${page.url()}/received`);
}

async function toLog(page, word) {
  await follow(page, page.locator('nav.site-nav').getByRole('link', { name: word('nav-audit'), exact: true }));
  await page.locator('section[aria-labelledby="results"]').scrollIntoViewIfNeeded();
}

const folder = fileURLToPath(new URL('../../docs/img/', import.meta.url));
await mkdir(folder, { recursive: true });

const house = await startHouse('--now', NOON);
try {
  for (const { name, persona, go } of PICTURES) {
    for (const lang of LANGUAGES) {
      const page = await openPage(house.browser, lang, {
        viewport: { width: 1200, height: 1250 },
        reducedMotion: 'reduce',
      });
      await signIn(page, house.demo.personas[persona], lang);
      await go?.(page, words(lang));
      const file = `${name}.${lang}.png`;
      await page.screenshot({ path: `${folder}${file}` });
      console.log(`docs/img/${file}`);
      await page.context().close();
    }
  }
} finally {
  await house.close();
}
