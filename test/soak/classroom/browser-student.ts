/** A student with a browser: what is asked of the page, a person at it would see or do. */
import type { Browser, BrowserContext, Page, WebSocket } from 'playwright-core';
import type { ClassMessage } from '#dissect/page-class';
import { BEEN_HERE, joined } from '../../e2e/visit.ts';
import { type Cutter, startCutter } from '../../support/flows/cutter.ts';
import type { Channel } from './crowd.ts';
import { clock } from './figures.ts';

const PATIENCE_MS = 120_000;

/** Where students are while the lesson goes on, and which elements of that page show what is said in the chat. */
export const SPOTS = {
  chat: { path: '/chat', messages: '[data-testid=message]' },
  wires: { path: '/', messages: '[data-testid^=said-]' },
  lab: { path: '/docs/labs/04-seal.html', messages: undefined },
} as const;
export type Spot = keyof typeof SPOTS;

const ANNOUNCEMENT = '[data-testid=band-said]';

export class BrowserStudent {
  readonly name: string;
  readonly spot: Spot;
  readonly #context: BrowserContext;
  readonly #page: Page;
  /** The student's own way to the server, which can be cut. */
  readonly #network: Cutter;
  readonly #sockets = new Set<WebSocket>();
  /** Under which name the class has welcomed the page on the socket that it has now. */
  #welcomed: string | undefined;
  #onWelcome: (() => void) | undefined;
  /** What the page threw. */
  readonly #thrown: string[] = [];

  /** With the door of the class before them. */
  static async open(browser: Browser, port: number, name: string, spot: Spot): Promise<BrowserStudent> {
    const network = await startCutter({ host: '127.0.0.1', port });
    const viewport = { width: 1280, height: 800 };
    const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
    await context.addInitScript(BEEN_HERE);
    const student = new BrowserStudent(name, spot, { network, context, page: await context.newPage() });
    await student.#page.goto(student.#at('/join'));
    await student.#page.getByTestId('join-code').waitFor();
    return student;
  }

  private constructor(
    name: string,
    spot: Spot,
    {
      network,
      context,
      page,
    }: { readonly network: Cutter; readonly context: BrowserContext; readonly page: Page },
  ) {
    this.name = name;
    this.spot = spot;
    this.#network = network;
    this.#context = context;
    this.#page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('pageerror', ({ message }) => this.#thrown.push(message));
    page.on('websocket', (socket) => this.#watch(socket));
  }

  /** Resolves when the page says who the student is, with the milliseconds since Join was pressed. */
  async join(code: string): Promise<number> {
    const page = this.#page;
    await page.getByTestId('join-code').fill(code);
    await page.getByTestId('join-name').fill(this.name);
    const begin = clock();
    await page.getByTestId('join-go').click();
    await page.getByTestId('who-am-i').getByText(this.name, { exact: true }).waitFor();
    return clock() - begin;
  }

  /** To the spot, where the student stays. Resolves when everything there has come. */
  async go(): Promise<void> {
    const page = this.#page;
    if (this.spot === 'lab') {
      // Nobody says that the connections of the page before have ended with it.
      this.#sockets.clear();
      this.#welcomed = undefined;
      await page.goto(this.#at(SPOTS.lab.path));
      await page.getByTestId('lab-editor').scrollIntoViewIfNeeded();
      await page.locator('[data-testid=lab-run]:enabled').waitFor();
    }
    if (this.spot === 'wires') await page.getByTestId('view-wires').click();
    if (this.spot === 'chat') {
      await page.getByTestId('view-chat').click();
      await page.locator('[data-testid=enter]:enabled').click();
    }
    await this.isBack();
  }

  /** Resolves once the page listens, or with undefined where it does not show such a thing. */
  async listen(text: string, by: Channel): Promise<{ readonly heard: Promise<number> } | undefined> {
    const within = by === 'class' ? ANNOUNCEMENT : SPOTS[this.spot].messages;
    if (within === undefined) return undefined;
    await this.#page.evaluate(listener(within, text));
    return { heard: this.#heard(text) };
  }

  /** Presses Run, and resolves when the page says that the class has been told, with when it sent that. */
  async runChecks(): Promise<number> {
    await this.#page.getByTestId('lab-run').click();
    await this.#page.getByTestId('lab-class').getByText('The class has been told').waitFor();
    return this.#page.evaluate<number>(
      `performance.timeOrigin + performance.getEntriesByType('resource')
        .findLast(({ name }) => name.endsWith('/api/class/progress')).startTime`,
    );
  }

  /** All connections are gone. Resolves when the page has seen that, with when they went. */
  async loseConnections(): Promise<number> {
    const begin = clock();
    const seen = this.cutOff();
    this.#network.cut();
    await seen;
    return begin;
  }

  /** Resolves when the page has seen all the connections die that it has now. */
  async cutOff(): Promise<void> {
    const open = [...this.#sockets].filter((socket) => !socket.isClosed());
    // Not `waitForEvent`, which rejects when a connection ends with an error: here they may.
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  }

  /** Resolves when the page is as it was, with what it needs from the server. Rejects when it has another name. */
  async isBack(): Promise<void> {
    const welcomed = await this.#welcome();
    if (welcomed !== this.name) throw new Error(`${this.name} came back as ${welcomed}`);
    const page = this.#page;
    if (this.spot === 'wires') {
      await page.getByTestId('connection').getByText('Live').first().waitFor();
      await joined(page);
    }
    if (this.spot !== 'chat') return;
    await page.locator('[data-testid=chat][data-phase=in][data-state=open]').waitFor();
    const name = await page.getByTestId('me').innerText();
    if (!name.includes(this.name)) throw new Error(`${this.name} came back to the chat as ${name}`);
  }

  /** How many of these texts the chat does not show exactly once, from its end to its beginning. */
  async missing(texts: readonly string[]): Promise<number> {
    if (this.spot !== 'chat') return 0;
    const shown = await this.#page.evaluate<string[]>(READ_UPWARDS);
    const times = (text: string): number => shown.filter((message) => message.includes(text)).length;
    return texts.filter((text) => times(text) !== 1).length;
  }

  async leave(): Promise<void> {
    await this.#context.close();
    await this.#network.close();
    if (this.#thrown.length > 0) throw new Error(`the page of ${this.name} threw: ${this.#thrown[0]}`);
  }

  async #heard(text: string): Promise<number> {
    const at = await this.#page.evaluate<number | null>('window.heard');
    if (at === null) throw new Error(`the page of ${this.name} (${this.spot}) never showed “${text}”`);
    return at;
  }

  #at(path: string): string {
    return `http://127.0.0.1:${this.#network.port}${path}`;
  }

  #watch(socket: WebSocket): void {
    this.#sockets.add(socket);
    const isClass = socket.url().endsWith('/ws/class');
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (isClass) this.#welcomed = undefined;
    });
    if (!isClass) return;
    socket.on('framereceived', ({ payload }) => {
      const message = JSON.parse(payload.toString()) as ClassMessage;
      if (message.type !== 'state') return;
      this.#welcomed = message.state.me.name;
      this.#onWelcome?.();
    });
  }

  #welcome(): Promise<string> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${this.name} was not told who they are`)), PATIENCE_MS);
      this.#onWelcome = () => {
        if (this.#welcomed === undefined) return;
        clearTimeout(late);
        this.#onWelcome = undefined;
        resolve(this.#welcomed);
      };
      this.#onWelcome();
    });
  }
}

/** For the page: when the next frame begins after one of these elements has the text; null where that takes too long. */
function listener(within: string, text: string): string {
  return `window.heard = new Promise((resolve) => {
    const look = () => {
      const shown = document.querySelectorAll(${JSON.stringify(within)});
      if (![...shown].some((one) => one.textContent.includes(${JSON.stringify(text)}))) return;
      watcher.disconnect();
      clearTimeout(late);
      requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
    };
    const watcher = new MutationObserver(look);
    const late = setTimeout(() => { watcher.disconnect(); resolve(null); }, ${PATIENCE_MS});
    watcher.observe(document, { subtree: true, childList: true, characterData: true });
    look();
  });
  undefined`;
}

/** For the page: what the messages of the conversation say. Only those around what is in sight are in the page at a time. */
const READ_UPWARDS = `(async () => {
  const box = document.querySelector('[data-testid=conversation]');
  const byId = new Map();
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  let top;
  do {
    top = box.scrollTop;
    for (const message of box.querySelectorAll('[data-testid=message]')) byId.set(message.dataset.id, message.innerText);
    box.scrollTop -= box.clientHeight / 2;
    await drawn();
  } while (box.scrollTop < top);
  return [...byId.values()];
})()`;
