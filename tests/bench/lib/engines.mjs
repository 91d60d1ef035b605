// What is measured: where each engine is served, how a person gets to the first question, and how to tell that an answer
// was kept. All of them are asked the same: "no" to 是否见到家庭成员 (met), after which 未见到的原因 (why not) must come.
import { readFile } from 'node:fs/promises';

/** What is typed into the question that came, and must be kept. */
const REASON = '外出务工';

/** The probe for ways of an engine; functions become their own text. */
async function probe(ways) {
  const source = await readFile(new URL('probe.js', import.meta.url), 'utf8');
  const text = `{ taps: [${ways.taps}], first: ${ways.first}, choice: ${ways.choice}, other: ${ways.other}, follow: ${ways.follow} }`;
  return source.replace('__WAYS__', () => text);
}

/** Enketo Core. */
export function enketo(site) {
  const ways = {
    taps: [],
    // The household: a field with suggestions, which the widget puts beside the hidden one.
    first: () => document.querySelector('[name="/data/who/household"] ~ input.autocomplete'),
    choice: () => document.querySelector('[name="/data/who/met"][value="no"]'),
    other: () => document.querySelector('[name="/data/who/met"][value="yes"]'),
    follow: () => document.querySelector('[name="/data/who/not_met_reason"]'),
  };
  return {
    name: 'Enketo Core',
    key: 'enketo',
    async before(browser) {
      await browser.before(await probe(ways));
    },
    address: () => `${site.origin}/enketo/index.html`,
    async verify(browser) {
      await browser.run(`(${ways.follow})().focus()`);
      await browser.type(REASON);
      await browser.run(`(${ways.follow})().blur()`);
      await browser.until(`bench.record().includes('<not_met_reason>${REASON}</not_met_reason>')`, 'Enketo kept no reason');
      await browser.until(`bench.record().includes('<met>no</met>')`, 'Enketo kept no answer');
    },
  };
}

/** ODK Web Forms. */
export function odk(site) {
  const ways = {
    taps: [],
    first: () => document.querySelector('.question-container [role="combobox"]'),
    choice: () => document.querySelector('.question-container input[type="radio"][value="no"]'),
    other: () => document.querySelector('.question-container input[type="radio"][value="yes"]'),
    follow: () =>
      [...document.querySelectorAll('.question-container')].find((question) => question.textContent.includes('未见到的原因'))
        ?.querySelector('input'),
  };
  return {
    name: 'ODK Web Forms',
    key: 'odk',
    async before(browser) {
      await browser.before(await probe(ways));
    },
    address: () => `${site.origin}/odk/index.html`,
    async verify(browser) {
      // Its record can only be read by sending it, so what is required is answered.
      await browser.run(`(${ways.follow})().focus()`);
      await browser.type(REASON);
      await browser.run(`(${ways.follow})().blur()`);
      await browser.press(`(${ways.first})()`);
      await browser.until(`!!document.querySelector('[role="option"]')`, 'ODK Web Forms offers no household');
      await browser.press(`document.querySelector('[role="option"]')`);
      await browser.until(`!(${ways.first})().textContent.includes('\\u00a0')`, 'ODK Web Forms took no household');
      await browser.press(`document.querySelector('.footer button')`);
      await browser.until(`bench.record().includes('<met>no</met>')`, 'ODK Web Forms sent no answer');
      await browser.until(`bench.record().includes('<not_met_reason>${REASON}</not_met_reason>')`, 'ODK Web Forms sent no reason');
    },
  };
}

/**
 * The app, signed in: the session's cookie, and who it is of. At the address of a new visit, as the home screen's shortcut has it,
 * or through a household's page, with a tap on "begin"; `households` are those pages' last parts.
 */
export function zhucun(server, { household = false } = {}) {
  const question = (words) => `[...document.querySelectorAll('.ask')].find((ask) => ask.querySelector('.ask-label')?.firstChild?.textContent === '${words}')`;
  const met = `(${question('是否见到家庭成员')})`;
  const why = `(${question('未见到的原因')})`;
  const begin = () => [...document.querySelectorAll('.bar button')].find((button) => button.textContent.trim() === '开始走访');
  const ways = {
    taps: household ? [begin] : [],
    first: `() => (${question('走访农户')})?.querySelector('button')`,
    choice: `() => ${met}?.querySelectorAll('input')[1]`,
    other: `() => ${met}?.querySelectorAll('input')[0]`,
    follow: `() => ${why}?.querySelector('input, textarea')`,
  };
  return {
    name: household ? 'Zhucun, by a household' : 'Zhucun',
    key: household ? 'zhucun-household' : 'zhucun',
    async before(browser) {
      const { name, value } = await server.signIn();
      const cookie = { name, value, url: server.origin, path: '/', httpOnly: true, sameSite: 'Lax' };
      const { success } = await browser.cdp.send('Network.setCookie', cookie, browser.page);
      if (!success) throw new Error('the browser took no session cookie');
      await browser.before(await probe(ways));
    },
    // By a household: one of its own for each opening, for the visit that was begun before would be gone on with.
    address: (opening) => server.origin + (household ? `/households/${server.households[opening]}` : '/visit/new'),
    async verify(browser) {
      await browser.run(`(${ways.follow})().focus()`);
      await browser.type(REASON);
      await browser.run(`(${ways.follow})().blur()`);
      await browser.until(`document.querySelector('.saved-place').textContent.trim() !== ''`, 'the app did not say that it is saved');
      // What is kept is there when the page is loaded anew.
      await browser.plain();
      await browser.goto(await browser.run('location.href'));
      await browser.until(`(${ways.follow})()?.value === '${REASON}'`, 'the app kept no reason');
      await browser.until(`(${ways.choice})().checked`, 'the app kept no answer');
      // A visit takes minutes: the app has long been put by for the next start when it is left.
      const kept = 'navigator.serviceWorker.getRegistration().then((found) => !!found?.active)';
      await browser.until(kept, 'the app was not put by for the next start');
    },
  };
}
