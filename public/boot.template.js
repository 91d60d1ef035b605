// Starts the wasm app and takes the skeleton away. A file of its own because the content security policy forbids
// inline script. `__APP__` becomes the hashed script of the page's wasm.
import start from '__APP__';
const skeleton = document.getElementById('skeleton');
start().then(
  () => skeleton && skeleton.remove(),
  (error) => {
    // Too old a browser, or a file that did not arrive: say so where the app would have been.
    const problem = document.getElementById('boot-problem');
    if (problem) problem.hidden = false;
    console.error(error);
  },
);
