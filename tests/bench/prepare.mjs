// Builds the pages of the other engines from one XLSForm: `node prepare.mjs --xform F --households F --chromium P --out DIR`.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { compileAsync, Logger } from 'sass';
import { build as viteBuild } from 'vite';
import { Browser } from './lib/browser.mjs';
import { serve } from './lib/static.mjs';

/** How Enketo's styles name what lies in its own node_modules. */
const OWN = '/packages/enketo-core/node_modules/';

const here = import.meta.dirname;
const names = ['xform', 'households', 'chromium', 'out'];
const { values: options } = parseArgs({ options: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) });
for (const name of names) if (!options[name]) throw new Error(`--${name} is missing`);

const xform = await readFile(options.xform, 'utf8');
const csv = await readFile(options.households, 'utf8');
await rm(options.out, { recursive: true, force: true });
await enketo();
await odk();

/** The page with the form inside, one script, one style. */
async function enketo() {
  const out = join(options.out, 'enketo');
  await mkdir(out, { recursive: true });
  await build({
    entryPoints: [join(here, 'pages/enketo.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2020',
    platform: 'browser',
    outfile: join(out, 'enketo.js'),
    logLevel: 'warning',
  });
  const { css } = await compileAsync(join(here, 'pages/enketo.scss'), {
    loadPaths: [join(here, 'node_modules')],
    style: 'compressed',
    // Enketo's styles name files of its own repository.
    importers: [{ findFileUrl: (url) => (url.startsWith(OWN) ? pathToFileURL(join(here, 'node_modules', url.slice(OWN.length))) : null) }],
    quietDeps: true,
        logger: Logger.silent,
  });
  await writeFile(join(out, 'enketo.css'), css);
  const { form, model } = await transform();
  const external = [{ id: 'households', xml: rows(csv) }];
  const data = JSON.stringify({ model, external }).replaceAll('<', '\\u003c').replaceAll('&', '\\u0026');
  const page = await readFile(join(here, 'pages/enketo.html'), 'utf8');
  const whole = page.replace('<!-- form -->', () => form).replace('<!-- model -->', () => data);
  await writeFile(join(out, 'index.html'), whole);
}

/** What Enketo's server does once for a form. Its transformer's edition for browsers, because that for Node does not build. */
async function transform() {
  const folder = await mkdtemp(join(tmpdir(), 'zhucun-bench-'));
  await cp(join(here, 'node_modules/enketo-transformer/dist/enketo-transformer/web'), folder, { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  const site = await serve(folder);
  const browser = await Browser.open(options.chromium, join(folder, 'profile'));
  try {
    await browser.goto(`${site.origin}/`);
    return await browser.run(`(async () => {
      if (typeof XSLTProcessor === 'undefined') throw new Error('this Chromium has no XSLT, which enketo-transformer needs');
      const { transform } = await import('/transformer.js');
      const { form, model } = await transform({ xform: ${JSON.stringify(xform)} });
      return { form, model };
    })()`);
  } finally {
    await browser.close();
    site.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A CSV file without line breaks in its cells as the XML that Enketo's page makes of it. */
function rows(text) {
  const escape = (cell) => cell.replace(/[<>&]/g, (c) => `&#${c.charCodeAt(0)};`);
  const cells = (line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell]) => cell.replace(/^"|"$/g, '').replaceAll('""', '"'));
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const columns = cells(head).filter((name) => name);
  const item = (line) => {
    const values = cells(line);
    return `<item>${columns.map((name, at) => `<${name}>${escape(values[at] ?? '')}</${name}>`).join('')}</item>`;
  };
  return `<root>${lines.map(item).join('')}</root>`;
}

/** A Vue application, built by Vite for production. */
async function odk() {
  const out = join(options.out, 'odk');
  await viteBuild({
    configFile: false,
    root: join(here, 'pages'),
    base: '/odk/',
    logLevel: 'error',
    build: {
      outDir: out,
      emptyOutDir: true,
      minify: true,
      target: 'es2022',
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { input: join(here, 'pages/odk.html') },
    },
  });
  await cp(join(out, 'odk.html'), join(out, 'index.html'));
  await writeFile(join(out, 'form.xml'), xform);
  await writeFile(join(out, 'households.csv'), csv);
}
