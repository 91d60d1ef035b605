// Starts the wasm app and takes the skeleton away. A file of its own because the content security policy forbids
// inline script. `cargo xtask app` fills in `__APP__`, the hashed script of the page's wasm, imported after `ask` has asked;
// `__MODULE__`, the wasm itself or the first part of it, and `__NEARLY__`, most of its bytes;
// `__FIRST__`, whether to ask; and `__PARTS__`, the addresses of the app's later parts, none when it is in one; and
// `__STYLES__`, that of the styles which come with the last of them.

// The browser's offer to put the app on the home screen comes when it likes, often before the app runs: kept until a person
// wants it (src/platform/install_offer.rs).
const keep = (offer) => {
  window.zhucunInstall = offer;
  dispatchEvent(new Event('zhucun-install'));
};
addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault();
  keep(event);
});
addEventListener('appinstalled', () => keep(null));

const skeleton = document.getElementById('skeleton');
// Where nobody was before but a session is, as after a link of invitation: what the app will ask for first is asked for now,
// while the module is on its way. `src/platform/asked.rs` takes the answers, each once.
const asked = (window.zhucunAsked = {});
try {
  if ('__FIRST__' && !localStorage.getItem('zhucun.me')) ask();
} catch (error) {
  // No storage: the app says so.
}
const module = fetch('__MODULE__');
const app = Promise.all([import('__APP__'), module]).then(([app, answer]) => app.default({ module_or_path: answer }));
// Each later part works in the memory of the first and takes from those before it, by name, what it needs.
// `src/platform/later.rs` asks for them, by their number; one that did not come can be asked for again.
const parts = __PARTS__;
const here = [app];
window.zhucunPart = part;
if (parts.length) module.then(nearly).catch(() => {}).then(() => part(1)).catch(() => {});
app.then(
  () => {
    if (skeleton) skeleton.remove();
    // Manifest and icons are for the browser itself, and on a slow line before the first question in its way.
    setTimeout(() => document.querySelectorAll('link[data-rel]').forEach((link) => (link.rel = link.dataset.rel)), 3000);
  },
  (error) => {
    // Too old a browser, or a file that did not arrive: say so where the app would have been.
    const problem = document.getElementById('boot-problem');
    if (problem) problem.hidden = false;
    console.error(error);
  },
);

// What the program says stands in the page: it calls this first, with its memory (`src/platform/texts.rs`).
window.zhucunTexts = (memory) => {
  const element = document.getElementById('texts');
  if (!element) return;
  const bytes = new Uint8Array(memory.buffer);
  const encoder = new TextEncoder();
  for (const [at, text] of JSON.parse(element.textContent)) bytes.set(encoder.encode(text), at);
  element.remove();
};

function ask() {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 30000);
  const get = (url) => (asked[url] = fetch(url, { signal: stop.signal }));
  // An answer is read twice, here and by the app.
  const read = (answer) => (answer.ok ? answer.clone().json() : Promise.reject(answer.status));
  const failed = () => {};
  get('/api/v1/session')
    .then(read)
    .then((me) => {
      asked.me = true;
      for (const stream of me.streams) {
        const page = get('/api/v1/streams/' + stream + '/changes?after=.0');
        if (stream.startsWith('county/')) page.then(read).then(forms).catch(failed);
        else page.catch(failed);
      }
    })
    .catch(failed);
}

function forms(page) {
  for (const { change } of page.entries) {
    const hash = change.record.collection === 'forms' && change.patch.hash;
    // Under its hash a checklist is kept by the browser, where the app finds it.
    if (hash) fetch('/api/v1/forms/' + hash).catch(() => {});
  }
}

// Ends when most of the first part has come: the second is asked for then, and comes close behind without slowing it down.
async function nearly(answer) {
  // Out of the browser's own store all comes at once.
  if (navigator.serviceWorker && navigator.serviceWorker.controller) return;
  const reader = answer.clone().body.getReader();
  for (let left = __NEARLY__; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) return;
    left -= value.length;
  }
  reader.cancel();
}

function part(number) {
  if (number > parts.length) return app;
  return (here[number] ||= load(number).catch((error) => {
    here[number] = undefined;
    throw error;
  }));
}

async function load(number) {
  // Works with the one before, and would only take the line from it.
  if (number > 1) await part(number - 1);
  const styles = number === parts.length && styled();
  if (styles) styles.catch(() => {});
  const module = await compiled(parts[number - 1]);
  const before = await Promise.all([...Array(number).keys()].map(part));
  await styles;
  return (await WebAssembly.instantiate(module, { ...before })).exports;
}

async function compiled(url) {
  const stop = new AbortController();
  // A line on which nothing moves any more is no reason to wait for ever. 180 s for 90 kB: 4 kbit/s.
  setTimeout(() => stop.abort(), 180000);
  const answer = await fetch(url, { signal: stop.signal });
  // Files carry their hash: one that is not there any more belongs to a version that the server has no more.
  if (!answer.ok) throw Object.assign(new Error(url + ': ' + answer.status), { gone: answer.status === 404 });
  const isNamed = answer.headers.get('Content-Type') === 'application/wasm';
  if (isNamed && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(answer);
  return WebAssembly.compile(await answer.arrayBuffer());
}

let sheet;
function styled() {
  return (sheet ||= new Promise((done, failed) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.onload = done;
    link.onerror = () => {
      link.remove();
      sheet = undefined;
      failed(new Error('__STYLES__'));
    };
    link.href = '__STYLES__';
    // After the others, which stand in the body, over which it has to win.
    document.body.append(link);
  }));
}
