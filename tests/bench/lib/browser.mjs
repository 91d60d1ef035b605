// Chromium as a weak phone on a weak network: 360×640, CPU 6× slower, 400 ms and 400 kbit/s, for the page and its workers.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cdp } from './cdp.mjs';

/** What is slowed down, and how much. */
export const SLOW = { cpu: 6, latencyMs: 400, bytesPerSecond: 50_000 };
/** How long one opening may take before it counts as not measurable. */
const LIMIT_MS = 120_000;
/** A browser that has just started is busy with itself: no opening begins before. */
const SETTLE_MS = 1500;

/** Service workers are found by the browser, other workers by their page. */
const ATTACH = { autoAttach: true, waitForDebuggerOnStart: true, flatten: true };

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--hide-scrollbars',
  '--lang=zh-CN',
  '--remote-debugging-pipe',
];

/** One running Chromium with one page. */
export class Browser {
  /** Every request of the page and its workers: session, url, and what came of it. */
  requests = new Map();
  /** What the page and its workers said of errors. */
  complaints = [];
  #attached = new Map();
  #bindings = [];
  #scripts = [];
  #heard = 0;
  #problem;

  /** Starts on a profile's folder. `slow` gives what to slow down. */
  static async open(program, profile, { slow = false } = {}) {
    const browser = new Browser();
    browser.slow = slow;
    const version = await browserVersion(program);
    const agent =
      `Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Mobile Safari/537.36`;
    browser.child = spawn(program, [...ARGUMENTS, `--user-agent=${agent}`, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    browser.gone = new Promise((resolve) => browser.child.once('exit', resolve));
    browser.cdp = new Cdp(browser.child.stdio[3], browser.child.stdio[4]);
    browser.cdp.on((event) => browser.#hear(event));
    const page = new Promise((resolve) => (browser.pageFound = resolve));
    await browser.cdp.send('Target.setAutoAttach', ATTACH);
    browser.page = await browser.within(page, 'no page came');
    await sleep(SETTLE_MS);
    return browser;
  }

  /** Waits for a promise, but not for ever, and not over a problem with a worker. */
  async within(promise, words, limit = LIMIT_MS) {
    const stop = new AbortController();
    const late = sleep(limit, undefined, { signal: stop.signal }).then(
      () => Promise.reject(new Error(`${words} within ${limit / 1000} s; ${this.complaints.join('; ')}`)),
      () => undefined,
    );
    try {
      const value = await Promise.race([promise, late]);
      if (this.#problem) throw this.#problem;
      return value;
    } finally {
      stop.abort();
    }
  }

  #hear({ method, params, sessionId }) {
    if (method === 'Target.attachedToTarget') {
      this.#attach(params).catch((error) => (this.#problem ??= new Error(`${params.targetInfo.type}: ${error.message}`)));
    } else if (method === 'Target.detachedFromTarget') {
      this.#attached.delete(params.sessionId);
    } else if (method.startsWith('Network.')) {
      this.#note(method, params, sessionId);
    } else if (method === 'Runtime.bindingCalled') {
      for (const take of this.#bindings.splice(0)) take(params.payload);
    } else if (method === 'Runtime.exceptionThrown') {
      this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === 'Runtime.consoleAPICalled' && params.type === 'error') {
      this.complaints.push(params.args.map(({ description, value }) => description ?? value).join(' '));
    }
  }

  async #attach({ sessionId, targetInfo, waitingForDebugger }) {
    const { type } = targetInfo;
    this.#attached.set(sessionId, type);
    const on = (method, params) => this.cdp.send(method, params, sessionId);
    const setUp = [];
    if (['page', 'service_worker', 'worker', 'shared_worker'].includes(type)) {
      setUp.push(on('Network.enable'), on('Runtime.enable'), on('Target.setAutoAttach', { ...ATTACH, filter: [{ type: 'service_worker', exclude: true }, {}] }));
      if (this.slow) setUp.push(this.#slowDown(sessionId, type, SLOW));
    }
    if (type === 'page') {
      setUp.push(
        on('Page.enable'),
        on('Performance.enable'),
        on('Emulation.setDeviceMetricsOverride', { width: 360, height: 640, deviceScaleFactor: 2, mobile: true }),
        on('Emulation.setTouchEmulationEnabled', { enabled: true }),
        on('Runtime.addBinding', { name: 'benchDone' }),
      );
    }
    if (waitingForDebugger) setUp.push(on('Runtime.runIfWaitingForDebugger'));
    await Promise.all(setUp);
    if (type === 'page') this.pageFound(sessionId);
  }

  async #slowDown(sessionId, type, { cpu, latencyMs, bytesPerSecond }) {
    const on = (method, params) => this.cdp.send(method, params, sessionId);
    await on('Network.emulateNetworkConditions', {
      offline: false,
      latency: latencyMs,
      downloadThroughput: bytesPerSecond,
      uploadThroughput: bytesPerSecond,
    });
    // Chromium slows the main thread of a page down; it has no such thing for workers.
    if (type === 'page') await on('Emulation.setCPUThrottlingRate', { rate: cpu });
  }

  /** Lets go of what slows down: for checking afterwards. */
  async fullSpeed() {
    for (const [session, type] of this.#attached) {
      if (type === 'page') await this.#slowDown(session, type, { cpu: 1, latencyMs: 0, bytesPerSecond: -1 });
    }
    this.slow = false;
  }

  #note(method, params, session) {
    const key = `${session} ${params.requestId}`;
    if (method === 'Network.requestWillBeSent') {
      const { url } = params.request;
      if (url.startsWith('http')) {
        this.requests.set(key, { url, by: this.#attached.get(session), sent: params.timestamp, wire: 0, from: 'network' });
      }
      return;
    }
    const request = this.requests.get(key);
    if (!request) return;
    this.#heard = Date.now();
    if (method === 'Network.requestServedFromCache') request.from = 'memory';
    if (method === 'Network.responseReceived') {
      const { response } = params;
      request.status = response.status;
      request.answered = params.timestamp;
      if (response.fromServiceWorker) request.from = 'service worker';
      else if (response.fromDiskCache) request.from = 'disk';
    }
    if (method === 'Network.dataReceived') request.wire += params.encodedDataLength;
    if (method === 'Network.loadingFinished') {
      request.ended = params.timestamp;
      request.wire = request.from === 'network' ? params.encodedDataLength : 0;
    }
    if (method === 'Network.loadingFailed') request.failed = params.errorText;
  }

  /** Runs before the scripts of every page that is loaded from now on. */
  async before(source) {
    const { identifier } = await this.cdp.send('Page.addScriptToEvaluateOnNewDocument', { source }, this.page);
    this.#scripts.push(identifier);
  }

  /** Pages that are loaded from now on get no such scripts. */
  async plain() {
    for (const identifier of this.#scripts.splice(0)) {
      await this.cdp.send('Page.removeScriptToEvaluateOnNewDocument', { identifier }, this.page);
    }
  }

  /** Goes to an address and gives what the page's probe reports. */
  async measure(url) {
    const done = new Promise((resolve) => this.#bindings.push(resolve));
    const { errorText } = await this.cdp.send('Page.navigate', { url }, this.page);
    if (errorText) throw new Error(`${url}: ${errorText}`);
    return JSON.parse(await this.within(done, `${url} asked nothing that could be answered`));
  }

  /** Goes to an address, and waits until it is loaded. */
  async goto(url) {
    const loaded = new Promise((resolve) =>
      this.cdp.on(({ method, sessionId }) => method === 'Page.loadEventFired' && sessionId === this.page && resolve()),
    );
    await this.cdp.send('Page.navigate', { url }, this.page);
    // Nobody says any more how the requests of the page before end.
    for (const request of this.requests.values()) if (request.by === 'page' && !request.ended) request.failed ??= 'left';
    await this.within(loaded, `${url} did not load`);
  }

  /** Runs an expression in the page and gives its value, or what its promise comes to. */
  async run(expression) {
    const params = { expression, awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await this.cdp.send('Runtime.evaluate', params, this.page);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  async until(expression, words, limit = 20_000) {
    const end = Date.now() + limit;
    while (!(await this.run(expression))) {
      if (Date.now() > end) throw new Error(`${words}: not within ${limit / 1000} s; ${this.complaints.join('; ')}`);
      await sleep(50);
    }
  }

  /** Presses what an expression gives, as a person does. */
  async press(expression) {
    const place = await this.run(`(() => {
      const element = ${expression};
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = element.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.cdp.send('Input.dispatchMouseEvent', { type, ...place, button: 'left', clickCount: 1 }, this.page);
    }
  }

  /** Types as a person does, into what has the focus. */
  type(text) {
    return this.cdp.send('Input.insertText', { text }, this.page);
  }

  /** Bytes of scripts' objects, and of the renderer's process as a whole. */
  async memory() {
    const { metrics } = await this.cdp.send('Performance.getMetrics', {}, this.page);
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize').value;
    const { processInfo } = await this.cdp.send('SystemInfo.getProcessInfo');
    const sizes = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateBytes(id)));
    return { heap, renderer: Math.max(...sizes) };
  }

  /** Waits until every request has its answer and nothing has come for a second: what is to be kept has come. An answer that
   * nobody reads to its end is no reason to wait. */
  async quiet() {
    await this.until('document.readyState === "complete"', 'the page did not load');
    const end = Date.now() + 60_000;
    for (;;) {
      const open = [...this.requests.values()].filter(({ answered, ended, failed }) => !answered && !ended && !failed);
      if (open.length === 0 && Date.now() - this.#heard > 1000) return;
      if (Date.now() > end) throw new Error(`these requests were not answered within a minute: ${open.map(({ url }) => url).join(' ')}`);
      await sleep(50);
    }
  }

  /** Closes it as a person does, so that its caches are on disk. */
  async close() {
    this.cdp.send('Browser.close').catch(() => undefined);
    const killer = setTimeout(() => this.child.kill('SIGKILL'), 15_000);
    await this.gone;
    clearTimeout(killer);
  }
}

async function privateBytes(id) {
  try {
    const text = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    const kilobytes = [...text.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
    return kilobytes * 1024;
  } catch {
    // A renderer that has ended meanwhile has no memory.
    return 0;
  }
}

let known;
/** Chromium's major version. */
export function browserVersion(program) {
  known ??= new Promise((resolve, reject) => {
    const child = spawn(program, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (part) => (text += part));
    child.once('error', reject);
    child.once('exit', () => {
      const found = /(\d+)\.\d+\.\d+\.\d+/.exec(text);
      if (found) resolve(found[1]);
      else reject(new Error(`${program} --version says ${JSON.stringify(text)}`));
    });
  });
  return known;
}
