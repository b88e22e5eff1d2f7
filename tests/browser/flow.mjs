// Counting what a job costs: pages, required fields, clicks.

import { follow } from './forms.mjs';

/**
 * Counts a flow against the targets: every page with something to answer, what each requires, every click.
 *
 *     const flow = countFlow(page);
 *     await flow.click(page.getByRole('link', { name: '+ Åtgärd' }).first());
 *     await flow.choose(page.getByLabel('Åtgärd'), 'contact_person');
 *     await flow.finish(page.getByRole('button', { name: 'Spara' }));
 *     assert.equal(flow.pages.length, 1);
 *
 * `flow.pages` has `{ path, required }` per page; `flow.requiredFields` and `flow.clicks` are sums.
 * The page a flow starts from and the one it ends on are not counted.
 */
export function countFlow(page) {
  const flow = {
    pages: [],
    clicks: 0,
    get requiredFields() {
      return flow.pages.reduce((sum, { required }) => sum + required.length, 0);
    },
    /** A click that leads on; the page it lands on is counted when it is another one. */
    async click(target) {
      const before = pathOf(page);
      flow.clicks += 1;
      await follow(page, target);
      const path = pathOf(page);
      if (path !== before) flow.pages.push({ path, required: await requiredFields(page) });
    },
    /** Choosing from a list or ticking a box is one click. */
    async choose(field, value) {
      flow.clicks += 1;
      const tag = await field.evaluate((element) => element.localName);
      await (tag === 'select' ? field.selectOption(value) : field.check());
    },
    /** The last click of the flow. */
    async finish(target) {
      flow.clicks += 1;
      await follow(page, target);
    },
  };
  return flow;
}

function pathOf(page) {
  return new URL(page.url()).pathname;
}

/** Names of the fields that must be answered; a group of radio buttons is one, what is folded away or chosen already is none. */
export function requiredFields(page) {
  return page.evaluate(() => {
    const names = new Set();
    for (const field of document.querySelectorAll('main [required], main [aria-required="true"]')) {
      const hidden = field.type === 'hidden' || field.disabled || !field.checkVisibility();
      const chosen = field.matches('[role="radiogroup"]') && field.querySelector(':checked') !== null;
      if (!hidden && !chosen) names.add(field.name || field.id || field.getAttribute('aria-labelledby'));
    }
    return [...names];
  });
}
