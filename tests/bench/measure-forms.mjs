// What an answer costs in long forms, for all engines in one run: `node measure-forms.mjs --server P --forms DIR --sites DIR
// --chromium P --out F [--times 50]`. `forms` are the spreadsheets that tests/speed writes, `sites` the other engines' pages of them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Browser, browserVersion, SLOW } from './lib/browser.mjs';
import { changes, shown } from './lib/changes.mjs';
import { start } from './lib/server.mjs';
import { serve } from './lib/static.mjs';

const names = ['server', 'forms', 'sites', 'chromium', 'out', 'times', 'only'];
const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names.slice(0, 5)) if (!options[name]) throw new Error(`--${name} is missing`);
const times = Number(options.times ?? 50);
/** Questions of each form. */
const FORMS = [300, 1000];
const CHAINED = 200;

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
const load = [loadavg()[0]];
try {
  for (const questions of FORMS) {
    for (const engine of ['enketo', 'odk', 'zhucun']) {
      if (options.only && !options.only.split(',').includes(engine)) continue;
      results.push({ engine, questions, ...(await measured(engine, questions)) });
      load.push(loadavg()[0]);
    }
  }
} finally {
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
const report = { chromium: await browserVersion(options.chromium), slow: SLOW, times, chained: CHAINED, load, results };
await writeFile(options.out, `${JSON.stringify(report, null, 1)}\n`);

/** An engine that cannot do a form is a result, too. */
async function measured(engine, questions) {
  const name = `chained-${questions}`;
  const folder = join(work, `${engine}-${questions}`);
  const browser = await Browser.open(options.chromium, join(folder, 'profile'));
  let stop = () => undefined;
  try {
    const opened = engine === 'zhucun' ? await ours(browser, name, folder) : await theirs(browser, engine, name);
    stop = opened.stop;
    const rows = await changes(browser, engine, { times, chained: CHAINED });
    const memory = await browser.memory();
    console.log(`${engine}, ${questions} questions: opened in ${Math.round(opened.opened)} ms`);
    return { opened: opened.opened, grown: opened.grown, rows, ...memory };
  } catch (error) {
    console.log(`${engine}, ${questions} questions: ${error.message}`);
    return { failed: error.message, rows: [] };
  } finally {
    await stop();
    await browser.close();
  }
}

/** The app, at rest on its first page; then a tap on "begin a visit". */
async function ours(browser, name, folder) {
  const server = await start(options.server, join(options.forms, `${name}.xlsx`), join(folder, 'demo'));
  try {
    const { name: cookie, value } = await server.signIn();
    await browser.cdp.send('Network.setCookie', { name: cookie, value, url: server.origin, path: '/', httpOnly: true, sameSite: 'Lax' }, browser.page);
    await browser.before(MEMORIES);
    await browser.goto(`${server.origin}/`);
    await browser.until(`!!document.querySelector('a[href="/visit/new"]')`, 'the first page did not come');
    await browser.quiet();
    await slow(browser);
    const before = await browser.run('memories()');
    const start_ = await browser.run(`(document.querySelector('a[href="/visit/new"]').click(), performance.now())`);
    await shown(browser, 'zhucun');
    const opened = (await browser.run('performance.now()')) - start_;
    const grown = (await browser.run('memories()')) - before;
    return { opened, grown, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Another engine's page. Its form is opened by loading it. */
async function theirs(browser, engine, name) {
  const site = await serve(join(options.sites, name));
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

function slow(browser) {
  return browser.cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu }, browser.page);
}
