// How long an answer takes in a form of many questions: the first question of the form is changed again and again, and each
// time the note beside it must show the last of the calculations that depend on it.

/** Where each engine has the first question and the note. */
export const WAYS = {
  zhucun: {
    field: `[...document.querySelectorAll('.ask input')][0]`,
    note: `[...document.querySelectorAll('.ask-note')].map((ask) => ask.textContent).find((text) => text.includes('合计'))`,
  },
  enketo: {
    field: `document.querySelector('input[name="/data/g0/q0"]')`,
    note: `[...document.querySelectorAll('.question')].map((note) => note.textContent).find((text) => text.includes('合计'))`,
  },
  odk: {
    field: `document.querySelector('.question-container input')`,
    note: `[...document.querySelectorAll('.question-container')].map((note) => note.textContent).find((text) => text.includes('合计'))`,
  },
};

/** Put into the page: `change(n)` gives the answer n and says in milliseconds when the note showed it and when that was painted. */
function inPage(ways) {
  return `window.change = (number, expected) => new Promise((resolve, reject) => {
    const field = ${ways.field};
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const shows = () => new RegExp('(^|\\\\D)' + expected + '(\\\\D|$)').test(${ways.note} ?? '');
    const start = performance.now();
    field.focus();
    set.call(field, String(number));
    field.dispatchEvent(new Event('input', { bubbles: true }));
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.dispatchEvent(new Event('blur', { bubbles: true }));
    const script = performance.now() - start;
    const frame = () => {
      if (performance.now() - start > 60000) return reject(new Error('the note never showed ' + expected + ': ' + (${ways.note})));
      if (!shows()) return requestAnimationFrame(frame);
      // What was there in a frame is painted when the next task comes.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve({ script, painted: performance.now() - start });
      port2.postMessage(0);
    };
    requestAnimationFrame(frame);
  })`;
}

/** Milliseconds of script, layout and painting that the page's process has spent so far. */
async function spent(browser) {
  const { metrics } = await browser.cdp.send('Performance.getMetrics', {}, browser.page);
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
  return { script: of('ScriptDuration'), task: of('TaskDuration') };
}

/** Changes the first answer `times` times. `chained` calculations add one each, and the first answer where they use it. */
export async function changes(browser, key, { times, weight, chained }) {
  const ways = WAYS[key];
  await browser.until(`!!(${ways.field}) && !!(${ways.note})`, 'the first question did not come');
  await browser.run(inPage(ways));
  const rows = [];
  // The first two are for warming up.
  for (let number = 1; number <= times + 2; number += 1) {
    const before = await spent(browser);
    const { painted } = await browser.run(`change(${number}, ${number * weight + chained})`);
    const after = await spent(browser);
    if (number > 2) rows.push({ script: after.script - before.script, task: after.task - before.task, painted });
  }
  return rows;
}

/** The value below which 95 of 100 are. */
export function p95(values) {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)];
}
