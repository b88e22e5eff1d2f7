// What every browser test stands on: the demo as a child process, Chromium, a persona signed in, axe.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { follow } from './forms.mjs';

export const PERSONAS = [
  'social-worker',
  'social-worker-2',
  'social-lead',
  'sig-coordinator',
  'police-coordinator',
  'police-coordinator-2',
  'social-auditor',
  'police-auditor',
  'administrator',
  'police-administrator',
  'prevention-coordinator',
];

export const LANGUAGES = ['sv', 'en'];

const LOCALES = { sv: 'sv-SE', en: 'en-GB' };
const READY_WITHIN_MS = 120_000;
const STOPPED_WITHIN_MS = 20_000;
/** How long a test waits for something on a page; a loaded machine is slow. */
const WAITS_MS = 15_000;

/** The product binary: `SAMLAD_BIN`, else what `cargo build -p samlad` left. */
export function productBinary() {
  const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL('../../target', import.meta.url));
  const binary = process.env.SAMLAD_BIN ?? `${target}/debug/samlad`;
  if (!existsSync(binary)) {
    throw new Error(`${binary} does not exist: run \`cargo build -p samlad\` or set SAMLAD_BIN`);
  }
  return binary;
}

/**
 * Starts `samlad demo` on a free port and waits for its JSON line.
 * The answer has `baseUrl`, `authorities`, `personas` (by key) and `stop()`; `output()` is what it logged.
 */
export async function startDemo(...extra) {
  const child = spawn(productBinary(), ['demo', '--json', '--listen', '127.0.0.1:0', ...extra], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));

  const stop = async () => {
    const force = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
    child.kill('SIGTERM');
    const how = await ended;
    clearTimeout(force);
    return how;
  };

  try {
    const world = await firstLine(child, ended, () => log);
    const personas = Object.fromEntries(world.personas.map((persona) => [persona.key, persona]));
    return { ...world, personas, stop, output: () => log };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstLine(child, ended, log) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`the demo was not ready in ${READY_WITHIN_MS} ms\n${log()}`)),
      READY_WITHIN_MS,
    );
    child.once('error', reject);
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(late);
      try {
        resolve(JSON.parse(line));
      } catch {
        reject(new Error(`the demo's first line is not JSON: ${line}`));
      }
    });
    ended.then(({ code, signal }) => {
      clearTimeout(late);
      reject(new Error(`the demo ended at its start (${signal ?? code})\n${log()}`));
    });
  });
}

/** Chromium with a profile of its own that is removed on close, and no traffic of its own. */
export function launchBrowser() {
  const named = process.env.CHROMIUM;
  const usual = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = named ?? usual.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error('no Chromium: install it or name it in CHROMIUM');
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The demo and a browser together, with one `close()`. */
export async function startHouse(...extra) {
  const demo = await startDemo(...extra);
  try {
    const browser = await launchBrowser();
    const close = async () => {
      await browser.close();
      return demo.stop();
    };
    return { demo, browser, close };
  } catch (error) {
    await demo.stop();
    throw error;
  }
}

/**
 * A page of its own session in one language; `page.complaints` collects what the console and the network
 * complain about (errors, exceptions, breaches of the content security policy, failed requests).
 */
export async function openPage(browser, lang, options = {}) {
  const context = await browser.newContext({ locale: LOCALES[lang], ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAITS_MS);
  page.complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error') page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  page.on('requestfailed', (request) => {
    // A navigation that replaces another aborts it; nobody is missing anything.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') page.complaints.push(`${request.url()}: ${why}`);
  });
  return page;
}

/** Opens the persona's link and, where the page is in the other language, uses the switch a person would. */
export async function signIn(page, persona, lang) {
  let response = await page.goto(persona.signInUrl);
  if ((await language(page)) !== lang) {
    response = await follow(page, page.locator(`a[hreflang="${lang}"]`));
  }
  return response;
}

/** What the page says its language is. */
export function language(page) {
  return page.locator('html').getAttribute('lang');
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** axe's violations of WCAG 2.2 level A and AA, or of the rules named, one line each; an empty list is what a test wants. */
export async function axe(page, rules) {
  // The text is evaluated by the debugger, not added to the page: the content security policy stays as it is.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const runOnly = rules ? { type: 'rule', values: rules } : { type: 'tag', values: WCAG };
  const violations = await page.evaluate(async (runOnly) => {
    const result = await globalThis.axe.run(document, { runOnly, resultTypes: ['violations'] });
    return result.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      where: nodes.map((node) => node.target.join(' ')),
    }));
  }, runOnly);
  return violations.map(({ id, impact, help, where }) => `${id} (${impact}): ${help}: ${where.join(', ')}`);
}
