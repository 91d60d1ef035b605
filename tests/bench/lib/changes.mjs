// What an answer costs in a form of many questions: the first question is changed again and again, and each time the note
// beside it must show the last of the calculations that depend on it. Each engine is found by the words of the form.

/** In the page: the innermost element that has the words of a question or note, and the question around it. */
const FIND = `window.found = {
  block: (words, kind) => [...document.querySelectorAll(kind)].find((block) => block.textContent.includes(words)),
};`;

/** Where each engine has a question (by its words) and a note. */
export const WAYS = {
  zhucun: { question: '.ask', note: '.ask-note' },
  enketo: { question: '.question', note: '.question.note, .note .question-label, .question' },
  odk: { question: '.question-container', note: '.question-container' },
};

/** Words of the first question and of the note: as tests/speed writes them. */
const FIRST = '问题 0：';
const NOTE = '合计';

/** Makes `bench.change(number, expected)` in the page: gives the answer and says when the note that shows it was painted. */
function inPage({ question, note }) {
  return `${FIND}
  window.changing = (number, expected) => new Promise((resolve, reject) => {
    const field = found.block('${FIRST}', '${question}').querySelector('input');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const wanted = new RegExp('(^|\\\\D)' + expected + '(\\\\D|$)');
    const shown = found.block('${NOTE}', '${note}');
    const start = performance.now();
    field.focus();
    set.call(field, String(number));
    for (const name of ['input', 'change', 'blur']) field.dispatchEvent(new Event(name, { bubbles: true }));
    const frame = () => {
      const text = (shown.isConnected ? shown : found.block('${NOTE}', '${note}')).textContent;
      if (performance.now() - start > 60_000) return reject(new Error('after a minute the note shows ' + text + ', not ' + expected));
      if (!wanted.test(text)) return requestAnimationFrame(frame);
      // What is there in a frame has been painted when the next task comes.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.now() - start);
      port2.postMessage(0);
    };
    requestAnimationFrame(frame);
  })`;
}

/** Milliseconds of scripts, and of all its work, that the page's main thread has spent so far. */
async function spent(browser) {
  const { metrics } = await browser.cdp.send('Performance.getMetrics', {}, browser.page);
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
  return { script: of('ScriptDuration'), task: of('TaskDuration') };
}

/** Waits until the first question and the note can be seen. */
export async function shown(browser, key) {
  const { question, note } = WAYS[key];
  await browser.run(FIND);
  await browser.until(
    `!!found.block('${FIRST}', '${question}')?.querySelector('input') && !!found.block('${NOTE}', '${note}')`,
    'the first question did not come',
  );
}

/**
 * Changes the first answer `times` times, to which `chained` calculations add one each. Milliseconds of each change.
 */
export async function changes(browser, key, { times, chained }) {
  await shown(browser, key);
  await browser.run(inPage(WAYS[key]));
  const rows = [];
  // The first two are for warming up.
  for (let number = 1; number <= times + 2; number += 1) {
    const before = await spent(browser);
    const painted = await browser.run(`changing(${number}, ${number + chained})`);
    const after = await spent(browser);
    if (number > 2) rows.push({ script: after.script - before.script, task: after.task - before.task, painted });
  }
  return rows;
}
