// Walks every page that links lead to from home, once per kind of page.

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Choices in an address that make another page; the values of all others do not. */
const TELLING = ['kind'];
/** More kinds of pages than any role has: a crawl that gets here goes in circles. */
const MOST = 150;

/** What kind of page an address leads to: `/ui/cases/{id}/notes`, `/ui/joint-files/{id}/actions/new?basis&to`. */
export function kindOfPage(href) {
  const url = new URL(href, 'http://house');
  const path = url.pathname.replace(UUID, '{id}').replace(/\/[A-Z][A-Z0-9_]+$/, '/{code}');
  const query = [...url.searchParams]
    .map(([name, value]) => (TELLING.includes(name) ? `${name}=${value}` : name))
    .sort();
  return query.length ? `${path}?${[...new Set(query)].join('&')}` : path;
}

/**
 * Calls `visit(page, kind, response)` for one page of every kind that can be reached by links from where `page` stands.
 * Answers the kinds in the order in which they were met.
 */
export async function crawl(page, visit) {
  const met = new Map([[kindOfPage(page.url()), page.url()]]);
  for (const [kind, url] of met) {
    if (met.size > MOST) throw new Error(`more than ${MOST} kinds of pages:\n${[...met.keys()].join('\n')}`);
    const response = await page.goto(url);
    await visit(page, kind, response);
    for (const href of await links(page)) {
      const kind = kindOfPage(href);
      if (!met.has(kind)) met.set(kind, href);
    }
  }
  return [...met.keys()];
}

/** Links inside the product. The switch of language is a page that was met already. */
function links(page) {
  return page
    .locator('a[href]:not([hreflang])')
    .evaluateAll((links) =>
      links.filter((link) => link.origin === location.origin && link.pathname.startsWith('/ui')).map((link) => link.href.split('#')[0]),
    );
}
