// What a person does with a page: follow a link, fill in a form, send it, read what it says then.

/** Clicks what leads to a page, and waits until that page stands. Answers the response that it came with, redirects followed. */
export async function follow(page, target) {
  const [response] = await Promise.all([landing(page), page.waitForEvent('load'), target.click()]);
  return response;
}

function landing(page) {
  return page.waitForResponse(
    (response) =>
      response.request().isNavigationRequest() &&
      response.frame() === page.mainFrame() &&
      !(response.status() >= 300 && response.status() < 400),
  );
}

/** The button that sends the form of the page. */
export function sendButton(page) {
  return page.locator('main form.form').last().locator('p.actions button');
}

/** Fills in fields by their names, then sends the form: the answer's status. */
export async function send(page, values = {}, button = sendButton(page)) {
  await fill(page, values);
  return (await follow(page, button)).status();
}

/** Fills in fields by their names; the folded part is opened when one of them lies in it. An array ticks several boxes. */
export async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const fields = page.locator(`main [name="${name}"]`);
    const field = fields.first();
    const folded = page.locator('details.more:not([open])', { has: page.locator(`[name="${name}"]`) });
    if (await folded.count()) await folded.locator('summary').first().click();
    const kind = await field.evaluate((element) => element.type);
    if (kind === 'select-one') {
      await field.selectOption(value);
    } else if (kind === 'radio' || kind === 'checkbox') {
      for (const one of [value].flat()) {
        const box = one === true || one === false ? field : page.locator(`main [name="${name}"][value="${one}"]`);
        await box.setChecked(one !== false);
      }
    } else {
      await field.fill(value);
    }
  }
}

/** What a field holds. */
export function valueOf(page, name) {
  return page.locator(`main [name="${name}"]`).first().inputValue();
}

/** What the page says after something was done. */
export function notice(page) {
  return page.locator('main [role="status"]').innerText();
}

/** The day so many days from today in Swedish time, as a form takes it. */
export function day(ahead) {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' }).format(Date.now() + ahead * 86_400_000);
}

/** A personal number of the test series (birth numbers 980 to 999) with the check digit that is right, or one beside it. */
export function personalNumber(born, birthNumber, { wrong = false } = {}) {
  const digits = `${born.replaceAll('-', '').slice(2)}${birthNumber}`;
  const sum = [...digits].reduce((sum, digit, at) => {
    const product = Number(digit) * (at % 2 ? 1 : 2);
    return sum + (product > 9 ? product - 9 : product);
  }, 0);
  const check = (10 - (sum % 10) + (wrong ? 1 : 0)) % 10;
  return `${born.replaceAll('-', '')}-${birthNumber}${check}`;
}
