/**
 * What a person does in a browser: looks, points, types. It is the same for every browser, because the protocols by which
 * they are driven share their actions (W3C WebDriver, "Actions"; WebDriver BiDi, `input.performActions`).
 */
import { expect } from 'vitest';

/** One device and what it does, as the protocols name it. */
export interface ActionSource {
  readonly type: 'pointer' | 'key';
  readonly id: string;
  readonly actions: readonly Readonly<Record<string, string | number>>[];
}

/** One browser with one page, driven by its protocol. */
export interface Driven {
  /** Resolves once the page is loaded. */
  open(url: string): Promise<void>;
  /** The value of an expression in the page; the value is a string. */
  evaluate(expression: string): Promise<string>;
  act(sources: readonly ActionSource[]): Promise<void>;
  /** The size of what the page is shown in. */
  resize(width: number, height: number): Promise<void>;
  /** A PNG of what is shown. */
  screenshot(): Promise<Buffer>;
  /** Errors and warnings of the console so far, and exceptions that nobody caught. */
  complaints(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const HEIGHT = 900;
export const WIDE = 1440;
export const NARROW = 360;
/** Only so that a walk ends when a step never comes: a busy machine may take long. */
const PATIENCE = { timeout: 60_000, interval: 100 };
/** What the protocols call the key for commands: Command on a Mac, Control elsewhere. */
const COMMAND = process.platform === 'darwin' ? '\uE03D' : '\uE009';

/**
 * The middle of the first element that has the words, if a press there would reach it. In the page; brings the element
 * into sight.
 */
const PLACE = `(selector, words) => {
  const found = [...document.querySelectorAll(selector)].find(
    (element) => element.textContent.includes(words) && !element.disabled && element.getClientRects().length > 0,
  );
  if (!found) return null;
  found.scrollIntoView({ block: 'center', behavior: 'instant' });
  const { x, y, width, height } = found.getBoundingClientRect();
  const place = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
  return found.contains(document.elementFromPoint(place.x, place.y)) ? place : null;
}`;

const SCROLL = `(selector, loaded) => {
  document.querySelector(selector)?.scrollIntoView({ behavior: 'instant' });
  return document.querySelector(loaded) !== null;
}`;

/** Every text that is seen there. */
const TEXTS = `(selector) => [...document.querySelectorAll(selector)]
  .filter((element) => element.getClientRects().length > 0)
  .map((element) => element.textContent.replace(/\\s+/g, ' '))`;

/** Of the window, and of the content that is beside it. */
const WIDTHS = `() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return [innerWidth, scrollWidth - clientWidth];
}`;

/** As the browser does when a person pastes into what has the focus. Firefox takes the text only from two names of its own. */
const PASTE = `(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const paste = new ClipboardEvent('paste', { clipboardData, data: text, dataType: 'text/plain', bubbles: true, cancelable: true });
  return !document.activeElement.dispatchEvent(paste);
}`;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The selector of what the page marks for its tests. */
export function byTestId(name: string): string {
  return `[data-testid="${name}"]`;
}

export class Hands {
  readonly browser: Driven;

  constructor(browser: Driven) {
    this.browser = browser;
  }

  /** Keeps the first such element in sight until the other one is there, which loads when the first comes near. */
  async goTo(selector: string, loaded: string): Promise<void> {
    await expect
      .poll(() => this.#call<boolean>(SCROLL, selector, loaded), { ...PATIENCE, message: loaded })
      .toBe(true);
  }

  /** Waits until one element shows all of these words. */
  async sees(selector: string, words = ''): Promise<void> {
    await expect
      .poll(() => this.#call<string[]>(TEXTS, selector), { ...PATIENCE, message: `${selector}: ${words}` })
      .toContainEqual(expect.stringContaining(words));
  }

  /** Presses the first element with these words, once it is there, enabled, at rest and not covered. */
  async press(selector: string, words = ''): Promise<void> {
    let before: Place | null = null;
    let place: Place | null = null;
    const isAtRest = async (): Promise<boolean> => {
      [before, place] = [place, await this.#call<Place | null>(PLACE, selector, words)];
      return place !== null && place.x === before?.x && place.y === before.y;
    };
    await expect.poll(isAtRest, { ...PATIENCE, message: `press ${selector}: ${words}` }).toBe(true);
    const { x, y } = place as unknown as Place;
    const actions = [
      { type: 'pointerMove', x, y },
      { type: 'pointerDown', button: 0 },
      { type: 'pointerUp', button: 0 },
    ];
    await this.browser.act([{ type: 'pointer', id: 'mouse', actions }]);
  }

  /** Types over what is in a field. */
  async fill(selector: string, text: string): Promise<void> {
    await this.#selectAll(selector);
    await this.browser.act([keys([...text].flatMap(stroke))]);
  }

  /** Pastes over what is in an editor. */
  async paste(selector: string, text: string): Promise<void> {
    await this.#selectAll(selector);
    expect(await this.#call<boolean>(PASTE, text), 'the editor takes what is pasted').toBe(true);
  }

  /** Waits until a window of this width shows the whole width of the page. */
  async fitsIn(width: number): Promise<void> {
    await this.browser.resize(width, HEIGHT);
    await expect
      .poll(() => this.#call(WIDTHS), { ...PATIENCE, message: 'the window, and what is beside it' })
      .toEqual([width, 0]);
  }

  async #selectAll(selector: string): Promise<void> {
    await this.press(selector);
    await this.browser.act([keys([down(COMMAND), ...stroke('a'), up(COMMAND)])]);
  }

  /** Calls a function in the page. */
  async #call<T>(source: string, ...args: readonly string[]): Promise<T> {
    const list = args.map((arg) => JSON.stringify(arg)).join(', ');
    return JSON.parse(await this.browser.evaluate(`JSON.stringify((${source})(${list}))`)) as T;
  }
}

type KeyAction = ActionSource['actions'][number];

function keys(actions: readonly KeyAction[]): ActionSource {
  return { type: 'key', id: 'keyboard', actions };
}

function stroke(key: string): KeyAction[] {
  return [down(key), up(key)];
}

function down(value: string): KeyAction {
  return { type: 'keyDown', value };
}

function up(value: string): KeyAction {
  return { type: 'keyUp', value };
}
