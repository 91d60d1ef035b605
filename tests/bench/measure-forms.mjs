// What long forms cost, for all engines in one run: `node measure-forms.mjs --server P --forms DIR --sites DIR --chromium P --out F
// [--times 50] [--only zhucun,app]`. `forms` are the spreadsheets that tests/speed writes, `sites` the other engines' pages of them;
// `app` is what is measured in the app alone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cascades, lookups, openApp, opening, openings, slow } from './lib/app.mjs';
import { Browser, browserVersion, SLOW } from './lib/browser.mjs';
import { changes, shown } from './lib/changes.mjs';
import { start } from './lib/server.mjs';
import { serve } from './lib/static.mjs';

const names = ['server', 'forms', 'sites', 'chromium', 'out', 'times', 'only'];
const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names.slice(0, 5)) if (!options[name]) throw new Error(`--${name} is missing`);
const times = Number(options.times ?? 50);
const only = options.only?.split(',');
/** What 200 calculations come to, by the answer that they depend on: in one chain, or the sum of ten. */
const CHAINED = (answer) => answer + 200;
const BRANCHED = (answer) => 10 * (answer + 20);
/** Forms by name, and what their note shows. */
const FORMS = [
  { form: 'chained-300', questions: 300, chains: 1, expected: CHAINED },
  { form: 'chained-1000', questions: 1000, chains: 1, expected: CHAINED },
  { form: 'branched-300', questions: 300, chains: 10, expected: BRANCHED },
  { form: 'branched-1000', questions: 1000, chains: 10, expected: BRANCHED },
];
/** In the app alone: openings of each kind, rows of the list, changes of the county and villages of each. */
const OPENINGS = 7;
const HOUSEHOLDS = 30_000;
const COUNTIES = 20;
const VILLAGES = 400;

/** Remembers the program's memory, for measuring how much it grows: a page's heap does not count it. */
const MEMORIES = `(() => {
  const all = new Set();
  for (const name of ['instantiate', 'instantiateStreaming']) {
    const real = WebAssembly[name];
    WebAssembly[name] = async (...given) => {
      const made = await real.apply(WebAssembly, given);
      for (const value of Object.values((made.instance ?? made).exports)) if (value instanceof WebAssembly.Memory) all.add(value);
      return made;
    };
  }
  window.memories = () => [...all].reduce((sum, memory) => sum + memory.buffer.byteLength, performance.memory.usedJSHeapSize);
})();`;

const work = await mkdtemp(join(tmpdir(), 'zhucun-bench-'));
const results = [];
const app = [];
const load = [loadavg()[0]];
try {
  for (const { form, questions, chains, expected } of FORMS) {
    for (const engine of ['enketo', 'odk', 'zhucun']) {
      if (only && !only.includes(engine)) continue;
      results.push({ engine, questions, chains, ...(await measured(engine, form, expected)) });
      load.push(loadavg()[0]);
    }
  }
  if (!only || only.includes('app')) await alone();
} finally {
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
const report = { chromium: await browserVersion(options.chromium), slow: SLOW, times, load, results, app };
await writeFile(options.out, `${JSON.stringify(report, null, 1)}\n`);

/** An engine that cannot do a form is a result, too. */
async function measured(engine, form, expected) {
  const browser = await Browser.open(options.chromium, join(work, `${engine}-${form}`, 'profile'));
  let stop = () => undefined;
  try {
    const opened = engine === 'zhucun' ? await ours(browser, form) : await theirs(browser, engine, form);
    stop = opened.stop;
    const { rows } = await changes(browser, engine, { times, given: String, expected });
    console.log(`${engine}, ${form}: opened in ${Math.round(opened.opened)} ms, ${told(rows)}`);
    return { opened: opened.opened, grown: opened.grown, rows, ...(await browser.memory()) };
  } catch (error) {
    // Where it says itself why, in its first line.
    const why = browser.complaints.findLast((complaint) => /^\w*Error: /.test(complaint))?.split('\n')[0];
    const failed = [error.message.split('\n')[0], why].filter(Boolean).join('; ');
    console.log(`${engine}, ${form}: ${failed}`);
    return { failed, rows: [] };
  } finally {
    await stop();
    await browser.close();
  }
}

/** The app, at rest on its first page; then a tap on "begin a visit". */
async function ours(browser, form) {
  const server = await start(options.server, sheet(form), join(work, `zhucun-${form}`, 'demo'));
  try {
    await browser.before(MEMORIES);
    await openApp(browser, server);
    const before = await browser.run('memories()');
    const { painted } = await opening(browser);
    const grown = (await browser.run('memories()')) - before;
    return { opened: painted, grown, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Another engine's page. Its form is opened by loading it. */
async function theirs(browser, engine, form) {
  const site = await serve(join(options.sites, form));
  try {
    await slow(browser);
    await browser.goto(`${site.origin}/${engine}/index.html`);
    await shown(browser, engine);
    const opened = await browser.run('performance.now()');
    return { opened, stop: () => site.close() };
  } catch (error) {
    site.close();
    throw error;
  }
}

/** What is measured in the app alone. Here what cannot be measured is an error. */
async function alone() {
  const { anew, again } = await inApp('chained-1000', [], (browser, server) => openings(browser, server, OPENINGS));
  add('anew', { rows: anew });
  add('again', { rows: again });
  const asked = { times, households: HOUSEHOLDS };
  const look = (browser, server) => lookups(browser, server, asked);
  add('lookup', await inApp('lookup', [join(options.forms, 'register.csv')], look));
  add('no-lookup', await inApp('no-lookup', [], look));
  const choose = (browser, server) => cascades(browser, server, { times: COUNTIES, villages: VILLAGES });
  add('cascade', await inApp('cascade', [], choose));
}

function add(what, measured) {
  app.push({ what, ...measured });
  load.push(loadavg()[0]);
  console.log(`the app, ${what}: ${told(measured.rows)}`);
}

/** Measures in the app with a form in use, beside which files lie. */
async function inApp(form, files, measure) {
  const server = await start(options.server, sheet(form), join(work, `app-${form}`, 'demo'), files);
  const browser = await Browser.open(options.chromium, join(work, `app-${form}`, 'profile'));
  try {
    return await measure(browser, server);
  } finally {
    await browser.close();
    await server.stop();
  }
}

function sheet(form) {
  return join(options.forms, `${form}.xlsx`);
}

/** Medians, and what 95 of 100 are not above. */
function told(rows) {
  const of = (name, share) => rows.map((row) => row[name]).sort((a, b) => a - b)[Math.ceil(rows.length * share) - 1]?.toFixed(1);
  const kinds = ['script', 'busy', 'painted', 'definition'].filter((name) => rows[0]?.[name] !== undefined);
  return kinds.map((name) => `${name} ${of(name, 0.5)} (${of(name, 0.95)})`).join(', ');
}
