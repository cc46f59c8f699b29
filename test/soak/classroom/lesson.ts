/** What happens in the lesson, step by step, with the same clock for all kinds of students. Rejects when somebody lost something. */
import type { Client } from '#client/client';
import type { PersonRow } from '#dissect/page-class';
import { type ClassPlace, Device } from '../../support/servers/class.ts';
import { ms, percentile } from '../figures.ts';
import type { Channel, Crowd } from './crowd.ts';
import { clock, patiently, spread } from './figures.ts';
import type { InBrowsers } from './in-browsers.ts';
import { type Simulated, tellChecks } from './simulated.ts';

/** Milliseconds until everyone is in, until the board shows something, and until those who were dropped are back. */
const JOINED_MS = 20_000;
const BOARD_MS = 2_000;
const BACK_MS = 10_000;
/** Milliseconds until all but one in a hundred have what is said. */
const HEARD_MS = 500;
const DROPPED = 0.3;
const ROUNDS = 5;
const SAID: Readonly<Record<Channel, string>> = { chat: 'a message', class: 'an announcement' };

interface Students {
  readonly simulated: Simulated;
  /** Absent where there is no browser. */
  readonly browsers: InBrowsers | undefined;
}

export class Lesson {
  readonly #place: ClassPlace;
  readonly #token: string;
  readonly #students: Students;
  readonly #crowds: readonly Crowd[];
  readonly #progress: (line: string) => void;
  /** What was said in the chat and acknowledged: text by id. */
  readonly #said = new Map<number, string>();
  /** Limits that were missed. The lesson goes on, so that all its figures are known. */
  readonly missed: string[] = [];
  #lead: Device;
  #talk: Client | undefined;

  constructor(place: ClassPlace, token: string, students: Students, progress: (line: string) => void) {
    this.#place = place;
    this.#token = token;
    this.#lead = new Device(place, token);
    this.#students = students;
    this.#crowds = [students.simulated, ...(students.browsers ? [students.browsers] : [])];
    this.#progress = progress;
  }

  async fill(code: string): Promise<string[]> {
    const begin = clock();
    const lines = await this.#each(async (crowd) => {
      const more = await crowd.join(code);
      return `joined within ${ms(clock() - begin)} (${more})`;
    });
    const all = clock() - begin;
    this.#limit('joining', all, JOINED_MS);
    lines.push(`all of them joined within ${ms(all)}`);
    const { browsers } = this.#students;
    return browsers ? [...lines, await browsers.settle()] : lines;
  }

  /** The instructor says something, again and again: how long until each has heard it. */
  async hear(by: Channel): Promise<string[]> {
    const delays = new Map(this.#crowds.map((crowd) => [crowd, [] as number[]]));
    for (let round = 0; round < ROUNDS; round++) {
      this.#progress(`${SAID[by]}, ${round + 1} of ${ROUNDS}`);
      await this.#tell(`word ${round} by ${by}`, by, delays);
    }
    const lines = [...delays].map(([{ who }, own]) => `${who}: ${SAID[by]} reaches each: ${spread(own)}`);
    const all = [...delays.values()].flat();
    this.#limit(`${SAID[by]} (p99)`, percentile(all, 0.99), HEARD_MS);
    return [...lines, `${SAID[by]} reaches all of them: ${spread(all)}`];
  }

  /** Students run the checks of a lab, one after the other and then all at once: how long until the instructor sees that. */
  async board(): Promise<string[]> {
    const { simulated, browsers } = this.#students;
    const delays: number[] = [];
    for (const { name, device } of simulated.students.slice(0, ROUNDS)) {
      this.#progress(`the board sees ${name}`);
      const begin = clock();
      void tellChecks(device, 'failed');
      await this.#onBoard((row) => row.name === name && row.labs.length > 0, 1);
      delays.push(clock() - begin);
    }
    this.#progress('the board sees everyone');
    const begin = clock();
    void simulated.runChecks();
    await this.#onBoard(isDone, simulated.students.length);
    const all = clock() - begin;
    const longest = Math.max(...delays);
    this.#limit('the board', longest, BOARD_MS);
    this.#limit('the board, with everyone at once', all, BOARD_MS);
    const line = `the board shows a student's checks after at most ${ms(longest)}, and those of all at once after ${ms(all)}`;
    return [`${simulated.who}: ${line}`, ...(browsers ? [await this.#browsersOnBoard(browsers)] : [])];
  }

  async drop(): Promise<string[]> {
    this.#progress('connections are lost');
    const lines = await this.#each(async (crowd) => {
      const { count, took } = await crowd.drop(DROPPED);
      this.#limit(`coming back (${crowd.who})`, took, BACK_MS);
      return `${count} were dropped at once and back within ${ms(took)}, under their names`;
    });
    await this.#tell('word after the loss', 'chat');
    return lines;
  }

  /** Resolves when nobody has a connection to the server, which has been killed. */
  async cutOff(): Promise<void> {
    this.#lead.cut();
    await Promise.all(this.#crowds.map((crowd) => crowd.cutOff()));
  }

  /** After the server was started again. */
  async back(): Promise<string[]> {
    this.#progress('all come back after the kill');
    const begin = clock();
    const lines = await this.#each(async (crowd) => {
      await crowd.comeBack();
      const took = clock() - begin;
      return `all back within ${ms(took)} after the kill and a new start`;
    });
    this.#lead = new Device(this.#place, this.#token);
    this.#talk = undefined;
    await this.#tell('word after the kill', 'chat');
    for (const crowd of this.#crowds) {
      const missing = await crowd.missing(this.#said);
      if (missing > 0) throw new Error(`${missing} acknowledged messages are lost to ${crowd.who}`);
    }
    return [...lines, `all ${this.#said.size} messages are kept, and each chat in a browser shows them once`];
  }

  async leave(): Promise<void> {
    this.#lead.cut();
    await Promise.all(this.#crowds.map((crowd) => crowd.leave()));
  }

  #limit(what: string, took: number, most: number): void {
    if (took > most) this.missed.push(`${what} took ${ms(took)}, more than ${ms(most)}`);
  }

  async #each(step: (crowd: Crowd) => Promise<string>): Promise<string[]> {
    return Promise.all(this.#crowds.map(async (crowd) => `${crowd.who}: ${await step(crowd)}`));
  }

  /** Resolves when everyone whom it reaches has it; `delays` gets how long that took for each. */
  async #tell(text: string, by: Channel, delays = new Map<Crowd, number[]>()): Promise<void> {
    const listening = await Promise.all(
      this.#crowds.map(async (crowd) => [crowd, await crowd.listen(text, by)] as const),
    );
    const heard = Promise.all(listening.map(async ([crowd, { heard }]) => [crowd, await heard] as const));
    // It is waited for below, unless something goes wrong before.
    heard.catch(() => undefined);
    const begin = clock();
    if (by === 'class') await this.#lead.page.ask({ type: 'announce', text });
    else await this.#say(text);
    for (const [crowd, moments] of await heard) delays.get(crowd)?.push(...moments.map((at) => at - begin));
  }

  async #say(text: string): Promise<void> {
    this.#talk ??= await patiently(() => this.#lead.talk('tls'));
    const { id } = await this.#talk.say(text);
    this.#said.set(id, text);
  }

  async #browsersOnBoard(browsers: InBrowsers): Promise<string> {
    const { places } = browsers;
    const isAt = ({ name, state, place }: PersonRow): boolean =>
      state === 'here' && places.get(name) === place;
    await this.#onBoard(isAt, places.size);
    const seen = browsers.learners.map(async (name) => {
      await this.#onBoard((row) => row.name === name && row.labs.length > 0, 1);
      return clock();
    });
    const told = await browsers.runChecks();
    const delays = (await Promise.all(seen)).map((at, learner) => at - (told[learner] ?? NaN));
    return `${browsers.who}: all are shown where they are; ${told.length} press Run at once, and the board shows the checks of each after: ${spread(delays)}`;
  }

  /** Resolves once this holds for so many people. */
  async #onBoard(isSo: (row: PersonRow) => boolean, count: number): Promise<void> {
    await this.#lead.page.until(({ lead }) => lead?.people.filter(isSo).length === count);
  }
}

function isDone({ labs }: PersonRow): boolean {
  return labs.some(({ standing }) => standing === 'done');
}
