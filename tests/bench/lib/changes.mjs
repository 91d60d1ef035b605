// What an answer costs: it is changed again and again, and each time what depends on it must show its result. Each engine is found
// by the words of the form.

/** In the page: a question or note by its words. */
export const FIND = `window.found = (words, kind) => [...document.querySelectorAll(kind)].find((block) => block.textContent.includes(words));`;

/** Where each engine has a question (by its words) and a note. */
export const WAYS = {
  zhucun: { question: '.ask', note: '.ask-note' },
  enketo: { question: '.question', note: '.question.note, .note .question-label, .question' },
  odk: { question: '.question-container', note: '.question-container' },
};

/** Words of the first question and of the note in long forms: as tests/speed writes them. */
export const LONG = { question: '问题 0：', note: '合计' };

/**
 * In the page: `changing.prepare(expected)`, then `changing.go(text)`: gives the answer and says after how long the note that
 * shows it was painted. What the harness looks for it finds before, and the field has the focus then: only what the engine does is
 * measured.
 */
function typing({ question, note }, words) {
  return `window.changing = (() => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const note = () => found('${words.note}', '${note}');
    const answered = () => found('${words.question}', '${question}').querySelector('input');
    let field, shown, expected, wanted;
    const prepare = (text) => {
      if (!field?.isConnected) field = answered();
      if (!shown?.isConnected) shown = note();
      field.focus();
      expected = text;
      wanted = new RegExp('(^|\\\\D)' + text + '(\\\\D|$)');
    };
    const give = (text) => {
      set.call(field, text);
      for (const name of ['input', 'change', 'blur']) field.dispatchEvent(new Event(name, { bubbles: true }));
    };
    const text = () => (shown.isConnected ? shown : (shown = note())).textContent;
    ${waiting('() => wanted.test(text())', "() => 'after a minute the note shows ' + text().trim() + ', not ' + expected")}
    return { prepare, go: (answer) => painted(() => give(answer)) };
  })()`;
}

/**
 * In the page: `painted(act)` acts in a task of its own, as a person's tap is one, and gives milliseconds until `is` was seen to
 * be true in a frame, and that was painted.
 */
export function waiting(is, problem) {
  return `const is = ${is};
    const problem = ${problem};
    // One for all: making a channel is no part of what is measured.
    const { port1, port2 } = new MessageChannel();
    let next;
    port1.onmessage = () => next();
    const task = (act) => {
      next = act;
      port2.postMessage(0);
    };
    const painted = (act) => new Promise((resolve, reject) => task(() => {
      const start = performance.now();
      try {
        act();
      } catch (error) {
        return reject(error);
      }
      const frame = () => {
        // What is there in a frame has been painted when the next task comes.
        if (is()) return task(() => resolve(performance.now() - start));
        if (performance.now() - start > 60_000) return reject(new Error(problem()));
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    }));`;
}

/**
 * Milliseconds that the page's main thread has spent so far: in scripts that the browser called (not what promises called after
 * them: Chromium does not count it), and with all of its work but DevTools' own.
 */
export async function spent(browser) {
  const { metrics } = await browser.cdp.send('Performance.getMetrics', {}, browser.page);
  const of = (wanted) => metrics.find(({ name }) => name === wanted).value * 1000;
  return { script: of('ScriptDuration'), busy: of('TaskDuration') - of('DevToolsCommandDuration') };
}

/** Milliseconds that something costs in the page: an expression that comes to how long it took until it was painted. */
export async function cost(browser, expression) {
  const before = await spent(browser);
  const painted = await browser.within(browser.run(expression), 'nothing was painted');
  const after = await spent(browser);
  return { script: after.script - before.script, busy: after.busy - before.busy, painted };
}

/** Waits until the question and the note can be seen. */
export async function shown(browser, key, words = LONG) {
  const { question, note } = WAYS[key];
  await browser.run(FIND);
  await browser.until(
    `!!found('${words.question}', '${question}')?.querySelector('input') && !!found('${words.note}', '${note}')`,
    'the first question did not come',
    60_000,
  );
}

/**
 * Changes an answer `times` times: `given` says what is typed at a change, by its number, and `expected` what the note then shows.
 * What each change cost, in milliseconds; the first two are apart, for warming up.
 */
export async function changes(browser, key, { times, words = LONG, given, expected }) {
  await shown(browser, key, words);
  await browser.run(`${typing(WAYS[key], words)}; 0`);
  const rows = [];
  for (let number = 1; number <= times + 2; number += 1) {
    await browser.run(`changing.prepare(${JSON.stringify(expected(number))})`);
    rows.push(await cost(browser, `changing.go(${JSON.stringify(given(number))})`));
  }
  return { first: rows.slice(0, 2), rows: rows.slice(2) };
}
