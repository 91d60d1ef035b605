// What long forms cost in the app alone: opening one, looking something up in a long list, choices that depend on a choice.
import { SLOW } from './browser.mjs';
import { changes, cost, FIND, waiting } from './changes.mjs';

/** The way to a new visit on the first page. */
const BEGIN = `document.querySelector('a[href="/visit/new"]')`;

/**
 * Notes when a definition came out of the phone's storage, when the filling got its id, which is right after it was begun with the
 * definition, and when the draft was first on its way to storage.
 */
const NOTES = `(() => {
  const { get, put } = IDBObjectStore.prototype;
  let came, named, kept;
  IDBObjectStore.prototype.get = function (...given) {
    const request = get.apply(this, given);
    // The definition itself; other keys of that store are files.
    if (this.name === 'definitions' && !String(given[0]).includes('|')) {
      request.addEventListener('success', () => ([came, named, kept] = [performance.now()]));
    }
    return request;
  };
  IDBObjectStore.prototype.put = function (...given) {
    if (this.name === 'drafts') kept ??= performance.now();
    return put.apply(this, given);
  };
  const random = Crypto.prototype.getRandomValues;
  Crypto.prototype.getRandomValues = function (...given) {
    if (kept === undefined) named = performance.now();
    return random.apply(this, given);
  };
  window.notes = { forget: () => ([came, named, kept] = []), definition: () => named - came };
})();`;

/** In the page: `opening()` taps on "begin" and gives milliseconds until the first question was painted. */
const OPENING = `window.opening = (() => {
  const asks = document.getElementsByClassName('ask');
  ${waiting('() => asks.length > 0', "() => 'after a minute there is no question'")}
  return () => {
    const begin = ${BEGIN};
    notes.forget();
    return painted(() => begin.click());
  };
})(); 0`;

/** In the page: how many drafts are kept. */
const DRAFTS = `(async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith('zhucun-'));
  const db = await asked(indexedDB.open(name));
  const count = await asked(db.transaction('drafts').objectStore('drafts').count());
  db.close();
  return count;
})()`;

/** In the page: `choosing.go(county)` chooses a county and says when the first of its villages was painted. */
const CHOOSING = `window.choosing = (() => {
  const counties = found('County', '.ask').querySelectorAll('input');
  const villages = found('Village', '.ask');
  let wanted;
  const first = () => villages.querySelector('.opt')?.textContent.trim();
  ${waiting('() => first() === wanted', "() => 'after a minute the first village is ' + first() + ', not ' + wanted")}
  return {
    prepare: (county) => (wanted = '第 ' + county + ' 村'),
    go: (county) => painted(() => counties[county].click()),
    count: () => [counties.length, villages.querySelectorAll('.opt').length, villages.textContent],
  };
})(); 0`;

/** Opens the app, signed in, and waits until it rests on its first page with all that it fetches; then slows it down. */
export async function openApp(browser, server) {
  const { name, value } = await server.signIn();
  const cookie = { name, value, url: server.origin, path: '/', httpOnly: true, sameSite: 'Lax' };
  await browser.cdp.send('Network.setCookie', cookie, browser.page);
  await browser.before(NOTES);
  await startAnew(browser, server);
}

/** Loads the page anew, at full speed, and waits until it rests. */
async function startAnew(browser, server) {
  await slow(browser, 1);
  await browser.goto(`${server.origin}/`);
  await browser.until(`!!${BEGIN}`, 'the first page did not come');
  await browser.quiet();
  await browser.run(OPENING);
  await slow(browser, SLOW.cpu);
}

/** Makes the page's processor so many times slower. */
export function slow(browser, rate = SLOW.cpu) {
  return browser.cdp.send('Emulation.setCPUThrottlingRate', { rate }, browser.page);
}

/** A tap on "begin": what it costs until the first question is painted, and what of it the definition takes alone. */
export async function opening(browser) {
  const row = await cost(browser, 'opening()');
  const definition = await browser.run('notes.definition()');
  if (!(definition > 0)) throw new Error('the form was opened without its definition: something was still there');
  return { ...row, definition };
}

/** Leaves a visit in which nothing was answered: its draft goes, so that the next one is begun anew. */
async function leave(browser) {
  await browser.run(`document.querySelector('.visit-head .icon-button').click()`);
  await browser.until(`!!${BEGIN}`, 'the visit was not left');
  await browser.until(`${DRAFTS}.then((count) => count === 0)`, 'the blank draft did not go');
  await browser.quiet();
}

/** Opens a form `times` times as the first one of a page that was started anew, then as often again in the same page. */
export async function openings(browser, server, times) {
  await openApp(browser, server);
  // What comes with the first form of all is fetched then.
  await opening(browser);
  await leave(browser);
  const anew = [];
  for (let number = 0; number < times; number += 1) {
    await startAnew(browser, server);
    anew.push(await opening(browser));
    await leave(browser);
  }
  const again = [];
  for (let number = 0; number < times; number += 1) {
    again.push(await opening(browser));
    await leave(browser);
  }
  return { anew, again };
}

/** Types another household's number `times` times; its name, of `households`, must come. */
export async function lookups(browser, server, { times, households }) {
  await openApp(browser, server);
  await opening(browser);
  const key = (number) => (number * 7_919) % households;
  const words = { question: '户编号', note: '户名' };
  const given = (number) => `h-${key(number)}`;
  return changes(browser, 'zhucun', { times, words, given, expected: (number) => `户 ${key(number)}` });
}

/** Chooses another county `times` times; its villages, `villages` of them, must come. */
export async function cascades(browser, server, { times, villages }) {
  await openApp(browser, server);
  await opening(browser);
  await browser.run(FIND);
  await browser.until(`!!found('Village', '.ask')`, 'the villages are not asked for');
  await browser.run(CHOOSING);
  const rows = [];
  // The first two are for warming up.
  for (let number = 1; number <= times + 2; number += 1) {
    const county = number % 20;
    await browser.run(`choosing.prepare(${county})`);
    rows.push(await cost(browser, `choosing.go(${county})`));
    const [counties, drawn, text] = await browser.run('choosing.count()');
    if (counties !== 20 || !text.includes(String(villages - drawn))) throw new Error(`not ${villages} villages are offered: ${text}`);
  }
  return { first: rows.slice(0, 2), rows: rows.slice(2) };
}
