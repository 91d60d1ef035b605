// Measures all engines in one run, by turns: `node measure.mjs --server P --form F --site DIR --chromium P --out F [--runs 5]`.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Browser, browserVersion, SLOW } from './lib/browser.mjs';
import { enketo, odk, zhucun } from './lib/engines.mjs';
import { start } from './lib/server.mjs';
import { serve } from './lib/static.mjs';

const names = ['server', 'form', 'site', 'chromium', 'out', 'runs', 'only'];
const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names.slice(0, 5)) if (!options[name]) throw new Error(`--${name} is missing`);
const runs = Number(options.runs ?? 5);
/** Openings with one profile: the first is cold, the second warm, the third as on all later days. */
const OPENINGS = ['cold', 'warm', 'later'];

const work = await mkdtemp(join(tmpdir(), 'zhucun-bench-'));
const site = await serve(options.site);
const server = await start(options.server, options.form, join(work, 'demo'));
const results = [];
const load = [loadavg()[0]];
try {
  const all = [enketo(site), odk(site), zhucun(server), zhucun(server, { household: true })];
  const engines = all.filter(({ key }) => !options.only || options.only.split(',').includes(key));
  for (let run = 0; run < runs; run += 1) {
    // Each begins once: what the machine does meanwhile must not always meet the same one.
    const turn = run % engines.length;
    for (const engine of [...engines.slice(turn), ...engines.slice(0, turn)]) await openings(engine, run);
    load.push(loadavg()[0]);
  }
} finally {
  site.close();
  await server.stop();
  await rm(work, { recursive: true, force: true, maxRetries: 5 });
}
const report = {
  chromium: await browserVersion(options.chromium),
  slow: SLOW,
  runs,
  load,
  sizes: site.sizes,
  results,
};
await writeFile(options.out, `${JSON.stringify(report, null, 1)}\n`);

async function openings(engine, run) {
  const profile = join(work, `${engine.key}-${run}`);
  for (const [number, opening] of OPENINGS.entries()) {
    let row;
    try {
      row = await open(engine, profile, number);
    } catch (error) {
      throw new Error(`${engine.name}, ${opening}, run ${run + 1}: ${error.message}`, { cause: error });
    }
    results.push({ engine: engine.key, run, opening, ...row });
    const { answerable, followed, bytes, firstPaint } = row;
    console.log(`${engine.name}, run ${run + 1}, ${opening}: ${answerable} ms (followed ${followed}), painted ${firstPaint}, ${bytes} bytes`);
  }
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
}

async function open(engine, profile, number) {
  const browser = await Browser.open(options.chromium, profile, { slow: true });
  try {
    await engine.before(browser);
    const found = await browser.measure(engine.address(number));
    const painted = await paint(browser);
    const memory = await browser.memory();
    await browser.fullSpeed();
    await engine.verify(browser);
    await browser.quiet();
    return { ...found, ...painted, ...memory, ...bytes(browser, found) };
  } finally {
    await browser.close();
  }
}

/** When the first thing was seen, and which requests had ended before: it may have waited for them. */
async function paint(browser) {
  const entry = (name) => `performance.getEntriesByName('${name}')[0]?.startTime`;
  await browser.until(`${entry('first-contentful-paint')} !== undefined`, 'nothing was painted');
  return browser.run(`(() => {
    const firstPaint = ${entry('first-paint')};
    const before = performance.getEntriesByType('resource').filter(({ responseEnd }) => responseEnd <= firstPaint);
    const beforePaint = before.map(({ name }) => new URL(name).pathname);
    return { firstPaint, firstContentfulPaint: ${entry('first-contentful-paint')}, beforePaint };
  })()`);
}

/** What had come over the network until the question could be answered, and in how many requests. */
function bytes(browser, { answerable }) {
  const requests = [...browser.requests.values()];
  const begin = Math.min(...requests.map(({ sent }) => sent));
  const before = requests.filter((request) => request.from === 'network' && request.answered && request.answered - begin <= answerable / 1000);
  return { bytes: before.reduce((sum, { wire }) => sum + wire, 0), asked: before.length };
}
