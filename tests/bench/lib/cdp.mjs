// The DevTools protocol over two pipes: no library, so that nothing attaches, resumes or throttles but what stands here.

/** A connection; `sessionId` names the page or worker a command is for. */
export class Cdp {
  #next = 1;
  #waiting = new Map();
  #listeners = [];
  #to;

  /** `to` is written to, `from` is read: Chromium's file descriptors 3 and 4. */
  constructor(to, from) {
    this.#to = to;
    let rest = '';
    from.setEncoding('utf8');
    from.on('data', (text) => {
      const messages = (rest + text).split('\0');
      rest = messages.pop();
      for (const message of messages) this.#take(JSON.parse(message));
    });
    from.on('close', () => this.#end());
    to.on('error', () => this.#end());
  }

  #end() {
    for (const { reject, method } of this.#waiting.values()) reject(new Error(`the browser ended during ${method}`));
    this.#waiting.clear();
  }

  #take(message) {
    const waiting = this.#waiting.get(message.id);
    if (waiting) {
      this.#waiting.delete(message.id);
      if (message.error) waiting.reject(new Error(`${waiting.method}: ${message.error.message}`));
      else waiting.resolve(message.result);
    } else if (message.method) {
      for (const listener of this.#listeners) listener(message);
    }
  }

  /** Sends a command and gives its answer. */
  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** Calls `listener` with every event. */
  on(listener) {
    this.#listeners.push(listener);
  }
}
