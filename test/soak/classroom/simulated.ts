/** Students without a browser: their clients talk over the relay, as those of a page do, and their sockets are those of pages. */
import type { Client } from '#client/client';
import type { ClassState } from '#dissect/page-class';
import type { CheckState } from '#dissect/page-labs';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { ClassSocket, type ClassPlace, Device, join } from '../../support/servers/class.ts';
import type { Channel, Crowd } from './crowd.ts';
import { clock, inLanes, patiently } from './figures.ts';

/** Devices that do something at the same moment. */
const AT_ONCE = 20;
/** One in so many also reads a page of the docs, which has a socket of the class of its own. */
const DOCS_EVERY = 3;
const LAB = '04-seal';
const DOCS_PAGE = `/docs/labs/${LAB}.html`;
/** As many as a lab has. */
const LAB_CHECKS = Array.from({ length: 11 }, (_, at) => `check-${at}`);
const PATIENCE_MS = 60_000;

interface Connected {
  readonly device: Device;
  readonly client: Client;
  /** The sockets of the class of their pages. */
  readonly pages: readonly ClassSocket[];
}

interface Student {
  readonly name: string;
  readonly readsDocs: boolean;
  connected: Connected;
}

export class Simulated implements Crowd {
  readonly who: string;
  readonly #place: ClassPlace;
  readonly #names: readonly string[];
  readonly #progress: (line: string) => void;
  readonly #students: Student[] = [];

  constructor(place: ClassPlace, count: number, progress: (line: string) => void) {
    this.#place = place;
    this.#names = Array.from({ length: count }, (_, at) => `student-${at}`);
    this.#progress = progress;
    this.who = `${count} simulated students`;
  }

  get students(): readonly { readonly name: string; readonly device: Device }[] {
    return this.#students.map(({ name, connected: { device } }) => ({ name, device }));
  }

  async join(code: string): Promise<string> {
    await inLanes(this.#names, AT_ONCE, async (name, at) => {
      const { token } = await join(this.#place, code, name);
      const readsDocs = at % DOCS_EVERY === 0;
      const wire = WIRE_NAMES[at % WIRE_NAMES.length] ?? 'tls';
      const connected = await this.#connect(token, wire, readsDocs);
      this.#students.push({ name, readsDocs, connected });
      this.#progress(`${this.#students.length} of ${this.#names.length} have joined`);
    });
    const readers = this.#students.filter(({ readsDocs }) => readsDocs).length;
    return `${readers} of them with a page of the docs open, too`;
  }

  listen(text: string, by: Channel): Promise<{ readonly heard: Promise<readonly number[]> }> {
    const heard =
      by === 'chat'
        ? this.#students.map(({ connected }) => heardAt(connected.client, text))
        : this.#students.flatMap(({ connected }) => connected.pages.map((page) => announcedAt(page, text)));
    return Promise.resolve({ heard: Promise.all(heard) });
  }

  /** Everyone runs the checks of a lab. */
  runChecks(): Promise<void> {
    return inLanes(this.#students, AT_ONCE, ({ connected }) => tellChecks(connected.device, 'passed'));
  }

  async drop(share: number): Promise<{ readonly count: number; readonly took: number }> {
    const lost = this.#students.slice(0, Math.ceil(this.#students.length * share));
    for (const { connected } of lost) connected.device.cut();
    const begin = clock();
    await this.#back(lost);
    return { count: lost.length, took: clock() - begin };
  }

  async cutOff(): Promise<void> {
    await this.leave();
  }

  comeBack(): Promise<void> {
    return this.#back(this.#students);
  }

  async missing(said: ReadonlyMap<number, string>): Promise<number> {
    const history = await this.#students[0]?.connected.client.history({ limit: 100 });
    const kept = new Set(history?.messages.map(({ id }) => id));
    return [...said.keys()].filter((id) => !kept.has(id)).length;
  }

  leave(): Promise<void> {
    for (const { connected } of this.#students) connected.device.cut();
    return Promise.resolve();
  }

  #back(students: readonly Student[]): Promise<void> {
    return inLanes(students, AT_ONCE, async (student) => {
      const connected = await this.#connect(student.connected.device.token, 'tls', student.readsDocs);
      const { me } = await connected.device.page.until(() => true);
      if (me.name !== student.name || connected.client.name !== student.name)
        throw new Error(`${student.name} came back as ${me.name}, in the chat as ${connected.client.name}`);
      student.connected = connected;
      this.#progress(`${student.name} is back`);
    });
  }

  #connect(token: string, wire: WireName, readsDocs: boolean): Promise<Connected> {
    return patiently(async () => {
      const device = new Device(this.#place, token);
      try {
        return await connect(device, wire, readsDocs);
      } catch (error) {
        device.cut();
        throw error;
      }
    });
  }
}

/** Opens what the pages of this device have open. */
async function connect(device: Device, wire: WireName, readsDocs: boolean): Promise<Connected> {
  device.tap();
  const pages = [device.page];
  if (readsDocs) {
    const docs = new ClassSocket(device.open('/ws/class'));
    pages.push(docs);
    await docs.ask({ type: 'at', place: DOCS_PAGE });
  }
  return { device, pages, client: await device.talk(wire, { historyLimit: 0 }) };
}

export async function tellChecks(device: Device, state: CheckState): Promise<void> {
  const checks = LAB_CHECKS.map((id) => ({ id, state }));
  const { status } = await device.ask('/api/class/progress', { lab: LAB, hints: 0, checks });
  if (status !== 204) throw new Error(`a report was answered with ${status}`);
}

function heardAt(client: Client, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`somebody never heard “${text}”`)), PATIENCE_MS);
    const stop = client.subscribe((event) => {
      if (event.type !== 'message' || event.text !== text) return;
      clearTimeout(late);
      stop();
      resolve(clock());
    });
  });
}

async function announcedAt(page: ClassSocket, text: string): Promise<number> {
  await page.until(({ announcement }: ClassState) => announcement?.text === text);
  return clock();
}
