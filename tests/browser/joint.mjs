// Jobs around a joint file that more than one story needs.

import { fill, follow, send } from './forms.mjs';

/** OSL 10 kap. 18 a §: the five questions as the fields of a form, for what `under` names. */
export function answers18a(under = 'grounds') {
  return {
    [`${under}.answers[0].answer`]: 'yes',
    [`${under}.answers[0].reason`]: 'Han har under hösten setts med ett äldre nätverk vid stationen.',
    [`${under}.answers[1].answer`]: 'yes',
    [`${under}.answers[2].answer`]: 'yes',
    [`${under}.answers[2].reason`]: 'Familjen vet att vi samverkar, och insatserna störs inte.',
    [`${under}.answers[3].answer`]: 'no',
    [`${under}.answers[4].answer`]: 'no',
  };
}

/** OSL 10 kap. 27 §: what is asked of the police when they release to the social board. */
export function answers27(under = 'grounds') {
  return {
    [`${under}.answers[0].answer`]: 'yes',
    [`${under}.answers[0].reason`]: 'Socialtjänsten behöver veta att polisen är med för att kunna boka tiden.',
    [`${under}.answers[1].answer`]: 'no',
  };
}

/** From the list of joint files to the one whose row has these initials. */
export async function openJointFile(page, word, initials) {
  await follow(page, page.locator('nav.site-nav').getByRole('link', { name: word('nav-joint-files'), exact: true }));
  await follow(page, rowOf(page, initials).locator('th a'));
}

/** The row of a joint file in a list. */
export function rowOf(page, initials) {
  return page.locator('main tbody tr').filter({ has: page.getByRole('cell', { name: initials, exact: true }) });
}

/** Proposes a joint action under OSL 10 kap. 18 a § from the page of an open joint file; ends on the action's page. */
export async function proposeAction(page, word, { what, due, followUntil }) {
  await follow(page, page.getByRole('link', { name: word('action-propose'), exact: true }).first());
  await follow(page, page.locator('main a[href*="basis=OSL_10_18A"]'));
  await fill(page, {
    kind: 'home_visit',
    what,
    ownPart: 'Socialtjänsten bokar tiden med familjen.',
    yourPart: 'En polis som familjen har träffat är med.',
    dueOn: due,
    ...answers18a(),
    followFields: ['reply', 'status'],
    followUntil,
  });
  return send(page);
}
