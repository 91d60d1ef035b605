// Starts the wasm app and takes the skeleton away. A file of its own because the content security policy forbids
// inline script. `cargo xtask app` fills in `__APP__`, the hashed script of the page's wasm, imported after `ask` has asked;
// `__FIRST__`, whether to ask; and `__LATER__`, the address of the app's later part, or nothing when it is in one part.

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
const app = import('__APP__').then((app) => app.default());
// The later part works in the memory of the first and takes from it, by name, what it needs. `src/platform/later.rs` asks
// for it.
const later = '__LATER__';
window.zhucunLater = async () => {
  const first = await app;
  if (!later) return;
  const answer = await fetch(later);
  if (!answer.ok) throw new Error(later + ': ' + answer.status);
  await WebAssembly.instantiate(await answer.arrayBuffer(), { p: first });
};
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
