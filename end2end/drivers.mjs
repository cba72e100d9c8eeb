// The other engines, driven from outside: Firefox over WebDriver BiDi, WebKit (WebKitGTK's MiniBrowser, the engine of iPads) over
// WebDriver. Each window is a browser of its own, so that all of them are seen and none shares another's cookies.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

/** How long a page may take to come to what is waited for, in milliseconds. */
const WAIT_MS_MAX = 30_000;
/** How often it is looked at meanwhile, in milliseconds. */
const LOOK_EVERY_MS = 50;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A window of any engine: what people do in it, and what they see. `driver` navigates, evaluates and acts. */
export class Window {
  constructor(driver) {
    this.driver = driver;
  }

  goto(url) {
    return this.driver.navigate(url);
  }

  /** Calls a function in the page; arguments and result are JSON. */
  async call(does, ...given) {
    const text = await this.driver.evaluate(`return JSON.stringify((${does})(...${JSON.stringify(given)})) ?? 'null'`);
    return JSON.parse(text);
  }

  /** As Playwright's page has it, for what films both. */
  evaluate(does, given) {
    return this.call(does, given);
  }

  /** Waits until a function of the page gives something, and gives it. */
  async until(what, does, ...given) {
    const from = performance.now();
    for (;;) {
      const found = await this.call(does, ...given);
      if (found) return found;
      if (performance.now() - from > WAIT_MS_MAX) throw new Error(`waited in vain for ${what}; ${await this.#whatItShows()}`);
      await pause(LOOK_EVERY_MS);
    }
  }

  async #whatItShows() {
    const shown = await this.call(() => `${location.href}\n${document.body?.innerText.slice(0, 1_500)}`);
    return [`the page shows ${shown}`, ...(this.driver.errors ?? [])].join('\n');
  }

  /** Waits until an element is seen. */
  seen(selector, words = '') {
    return this.until(`${selector} ${words}`, (selector, words) => {
      const found = [...document.querySelectorAll(selector)].find((element) => element.textContent.includes(words));
      return Boolean(found?.getClientRects().length);
    }, selector, words);
  }

  /** Presses the first element that says the words, with a pointer. */
  async press(selector, words = '') {
    await this.seen(selector, words);
    const [x, y] = await this.until(`${selector} to be pressed`, (selector, words) => {
      const element = [...document.querySelectorAll(selector)].find((each) => each.textContent.includes(words));
      if (!element || element.disabled) return null;
      element.scrollIntoView({ block: 'center', behavior: 'instant' });
      const box = element.getBoundingClientRect();
      const at = [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];
      const top = document.elementFromPoint(at[0], at[1]);
      return element.contains(top) || top?.contains(element) ? at : null;
    }, selector, words);
    await this.driver.act([{
      type: 'pointer',
      id: 'finger',
      parameters: { pointerType: 'mouse' },
      actions: [{ type: 'pointerMove', x, y }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }],
    }]);
  }

  /** Writes into a field, key by key, in place of what it holds. */
  async write(selector, text) {
    await this.press(selector);
    await this.call((selector) => document.querySelector(selector).select(), selector);
    const keys = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    await this.driver.act([{ type: 'key', id: 'keys', actions: keys }]);
  }

  close() {
    return this.driver.close();
  }
}

/** A process with a folder of its own, ended together. */
class Process {
  constructor(command, args, env = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'borsklokka-engine-'));
    const own = { ...process.env, HOME: this.folder, ...env };
    this.child = spawn(command, args(this.folder), { env: own, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.child.stdout.resume();
  }

  /** Waits for a line that it says. */
  async says(pattern) {
    for await (const line of createInterface({ input: this.child.stderr })) {
      const found = line.match(pattern);
      if (!found) continue;
      this.child.stderr.resume();
      return found;
    }
    throw new Error(`${this.child.spawnfile} ended before it said ${pattern}`);
  }

  async end() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      // Its own children too: they are one group.
      process.kill(-this.child.pid, 'SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Firefox, over WebDriver BiDi: JSON over one WebSocket. */
class Firefox {
  /** @type {Process} */
  process;
  /** @type {WebSocket} */
  socket;
  /** @type {string} */
  context;
  /** What was asked and not yet answered, by its number. */
  waiting = new Map();
  sent = 0;
  /** @type {string[]} */
  errors = [];

  static async open({ width, height }) {
    const firefox = new Firefox();
    const args = (folder) => ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port', '0', '--width', `${width}`, '--height', `${height}`];
    firefox.process = new Process(process.env.FIREFOX, args);
    const [, url] = await firefox.process.says(/WebDriver BiDi listening on (ws:\/\/\S+)/);
    firefox.socket = new WebSocket(`${url}/session`);
    firefox.socket.on('message', (text) => firefox.#hear(JSON.parse(text.toString())));
    await once(firefox.socket, 'open');
    await firefox.#ask('session.new', { capabilities: {} });
    await firefox.#ask('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts } = await firefox.#ask('browsingContext.getTree', {});
    firefox.context = contexts[0].context;
    await firefox.#ask('browsingContext.setViewport', { context: firefox.context, viewport: { width, height } });
    return firefox;
  }

  #hear(message) {
    if (message.method === 'log.entryAdded' && message.params.level === 'error') this.errors.push(message.params.text);
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.type === 'error') waiting?.fail(new Error(`${message.error}: ${message.message}`));
    else waiting?.done(message.result);
  }

  #ask(method, params) {
    this.sent += 1;
    const id = this.sent;
    this.socket.send(JSON.stringify({ id, method, params }));
    return new Promise((done, fail) => this.waiting.set(id, { done, fail }));
  }

  navigate(url) {
    return this.#ask('browsingContext.navigate', { context: this.context, url, wait: 'interactive' });
  }

  async evaluate(body) {
    const functionDeclaration = `() => { ${body} }`;
    const answer = await this.#ask('script.callFunction', { functionDeclaration, awaitPromise: false, target: { context: this.context } });
    if (answer.type === 'exception') throw new Error(answer.exceptionDetails.text);
    return answer.result.value;
  }

  act(actions) {
    return this.#ask('input.performActions', { context: this.context, actions });
  }

  async close() {
    this.socket.terminate();
    await this.process.end();
  }
}

/** WebKit, over WebDriver: JSON over HTTP. */
class WebKit {
  /** @type {Process} */
  process;
  /** Of the session, once there is one. */
  url = '';

  static async open({ width, height }) {
    const webkit = new WebKit();
    const port = await freePort();
    webkit.url = `http://127.0.0.1:${port}/session`;
    webkit.process = new Process(process.env.WEBKIT_DRIVER, () => [`--port=${port}`], {
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    });
    const options = { binary: process.env.WEBKIT_BROWSER, args: ['--automation', `--geometry=${width}x${height}`] };
    const { sessionId } = await webkit.#start({ capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } } });
    webkit.url += `/${sessionId}`;
    await webkit.#ask('/window/rect', { width, height });
    return webkit;
  }

  /** Asks until the driver listens. */
  async #start(capabilities) {
    const from = performance.now();
    for (;;) {
      try {
        return await this.#ask('', capabilities);
      } catch (error) {
        if (!error.cause || performance.now() - from > WAIT_MS_MAX) throw error;
        await pause(LOOK_EVERY_MS);
      }
    }
  }

  async #ask(path, body) {
    const response = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
    const { value } = await response.json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  navigate(url) {
    return this.#ask('/url', { url });
  }

  evaluate(body) {
    return this.#ask('/execute/sync', { script: body, args: [] });
  }

  act(actions) {
    return this.#ask('/actions', { actions });
  }

  close() {
    return this.process.end();
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

/** The engines by name. */
export const ENGINES = {
  firefox: async (size) => new Window(await Firefox.open(size)),
  webkit: async (size) => new Window(await WebKit.open(size)),
};
