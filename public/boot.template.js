// Starts the wasm app and takes the skeleton away. A file of its own because the content security policy forbids
// inline script. `__APP__` becomes the hashed script of the page's wasm.
import start from '__APP__';
const skeleton = document.getElementById('skeleton');
const app = start();
// `__LATER__` becomes the address of the app's later part, or nothing when it is in one part. It works in the memory of the
// first part and takes from it, by name, what it needs. `src/platform/later.rs` asks for it.
const later = '__LATER__';
window.zhucunLater = async () => {
  const first = await app;
  if (!later) return;
  const answer = await fetch(later);
  if (!answer.ok) throw new Error(later + ': ' + answer.status);
  await WebAssembly.instantiate(await answer.arrayBuffer(), { p: first });
};
app.then(
  () => skeleton && skeleton.remove(),
  (error) => {
    // Too old a browser, or a file that did not arrive: say so where the app would have been.
    const problem = document.getElementById('boot-problem');
    if (problem) problem.hidden = false;
    console.error(error);
  },
);
