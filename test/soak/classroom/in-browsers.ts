/**
 * Students with a browser each: contexts of one Chromium, on the machine of the server and of everyone else. Their times are those
 * of this machine, which draws all their pages.
 */
import { writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import type { Browser } from 'playwright-core';
import { ms } from '../figures.ts';
import { BrowserStudent, SPOTS, type Spot } from './browser-student.ts';
import type { Channel, Crowd } from './crowd.ts';
import { clock, inLanes, spread } from './figures.ts';

/** Pages that are opened at the same moment: each keeps a core busy. */
const AT_ONCE = 3;

const LOWEST = constants.priority.PRIORITY_LOW;

/** Half of them are in the chat, the others at what the workbench shows and at a lab. */
function spotOf(at: number): Spot {
  if (at % 2 === 0) return 'chat';
  return at % 4 === 1 ? 'wires' : 'lab';
}

export class InBrowsers implements Crowd {
  readonly who: string;
  readonly #browser: Browser;
  readonly #port: number;
  readonly #count: number;
  readonly #progress: (line: string) => void;
  readonly #students: BrowserStudent[] = [];

  constructor(browser: Browser, port: number, count: number, progress: (line: string) => void) {
    this.#browser = browser;
    this.#port = port;
    this.#count = count;
    this.#progress = progress;
    this.who = `${count} students in Chromium`;
  }

  /** Where each of them is: the path that their page tells the class. */
  get places(): ReadonlyMap<string, string> {
    return new Map(this.#students.map(({ name, spot }) => [name, SPOTS[spot].path]));
  }

  /** Everyone stands before the door, with a page that has loaded. Browsers take seconds to come that far, the server does not. */
  async open(): Promise<string> {
    const begin = clock();
    await inLanes(Array.from({ length: this.#count }), AT_ONCE, async (_, at) => {
      const student = await BrowserStudent.open(this.#browser, this.#port, `browser-${at}`, spotOf(at));
      this.#students.push(student);
      this.#progress(`${this.#students.length} of ${this.#count} pages are open`);
    });
    await this.#stepBack();
    return `${this.who}: before the lesson, Chromium opened their pages within ${ms(clock() - begin)}, ${AT_ONCE} at a time; from then on with a low priority`;
  }

  async join(code: string): Promise<string> {
    const took: number[] = [];
    await inLanes(this.#students, AT_ONCE, async (student) => {
      took.push(await student.join(code));
      this.#progress(`${took.length} of ${this.#count} browsers are in`);
    });
    return `${AT_ONCE} at a time; from the press of Join: ${spread(took)}`;
  }

  /** To the chat, the wires and the lab, where they stay. */
  async settle(): Promise<string> {
    const begin = clock();
    await inLanes(this.#students, AT_ONCE, (student) => student.go());
    return `${this.who}: in the chat, at the wires and at a lab within another ${ms(clock() - begin)}`;
  }

  async listen(text: string, by: Channel): Promise<{ readonly heard: Promise<readonly number[]> }> {
    const listening = await Promise.all(this.#students.map((student) => student.listen(text, by)));
    return { heard: Promise.all(listening.flatMap((one) => (one ? [one.heard] : []))) };
  }

  /** Names of those who are at the lab. */
  get learners(): readonly string[] {
    return this.#learners().map(({ name }) => name);
  }

  /** They press Run at once: when the page of each told the class. */
  runChecks(): Promise<readonly number[]> {
    return Promise.all(this.#learners().map((student) => student.runChecks()));
  }

  async drop(share: number): Promise<{ readonly count: number; readonly took: number }> {
    const lost = this.#students.slice(0, Math.ceil(this.#students.length * share));
    const begins = await Promise.all(lost.map((student) => student.loseConnections()));
    await Promise.all(lost.map((student) => student.isBack()));
    return { count: lost.length, took: clock() - Math.min(...begins) };
  }

  async cutOff(): Promise<void> {
    await Promise.all(this.#students.map((student) => student.cutOff()));
  }

  async comeBack(): Promise<void> {
    await Promise.all(this.#students.map((student) => student.isBack()));
  }

  async missing(said: ReadonlyMap<number, string>): Promise<number> {
    const texts = [...said.values()];
    const each = await Promise.all(this.#students.map((student) => student.missing(texts)));
    return Math.max(0, ...each);
  }

  async leave(): Promise<void> {
    try {
      await Promise.all(this.#students.map((student) => student.leave()));
    } finally {
      await this.#browser.close();
    }
  }

  /** On devices of their own, pages would take nothing from the server. Here they take what it leaves. */
  async #stepBack(): Promise<void> {
    const session = await this.#browser.newBrowserCDPSession();
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    await session.detach();
    for (const { id } of processInfo) setPriority(id, LOWEST);
    // Where Linux shares its time between sessions first, the priority counts only within the session of the browser.
    const [browser] = processInfo.filter(({ type }) => type === 'browser');
    if (browser) await writeFile(`/proc/${browser.id}/autogroup`, `${LOWEST}`).catch(() => undefined);
  }

  #learners(): readonly BrowserStudent[] {
    return this.#students.filter(({ spot }) => spot === 'lab');
  }
}
