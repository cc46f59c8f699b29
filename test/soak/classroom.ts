/**
 * A class of hundreds at once, on the real program: everyone joins, hears the instructor, sees the board move, loses the
 * Wi-Fi and comes back, and the server is killed in mid-lesson. Nobody may lose a name, a place or a message.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Client } from '#client/client';
import type { CheckState, PersonRow } from '#dissect/page-class';
import { WIRE_NAMES } from '#protocol/wires';
import { rssOf } from '../support/programs/kernel.ts';
import { lastingPorts } from '../support/programs/lasting-ports.ts';
import { Program } from '../support/programs/program.ts';
import { type ClassPlace, Device, join } from '../support/servers/class.ts';
import { machine, mib, ms, percentile } from './figures.ts';
import type { Soak } from './soak.ts';

const STUDENTS = 300;
/** Devices that join at the same moment. */
const AT_ONCE = 20;
const JOIN_MS = 20_000;
const HEARD_P99_MS = 500;
const BOARD_MS = 2_000;
const BACK_MS = 10_000;
const RSS = 500 * 2 ** 20;
const DROPPED = 0.3;
const ROUNDS = 5;
/** As many as a lab has. */
const LAB_CHECKS = Array.from({ length: 11 }, (_, at) => `check-${at}`);
const PATIENCE_MS = 60_000;

export const classroom: Soak = {
  name: 'classroom',
  shows: `${STUDENTS} students join, hear, lose their connections and come back, and the server is killed in mid-lesson`,
  amount: { rounds: 1, minutes: Infinity },
  run: (_, progress) => lesson(STUDENTS, progress),
};

interface Ready {
  readonly pid: number;
  readonly data: string;
  readonly web: { readonly port: number };
  readonly wires: readonly { readonly wire: string; readonly host: string; readonly port: number }[];
  readonly class: { readonly code: string };
}

interface Student {
  readonly name: string;
  device: Device;
  client: Client;
}

/** Rejects when something took too long, or somebody lost something. */
export async function lesson(count: number, progress: (line: string) => void): Promise<string> {
  const data = await mkdtemp(joinPath(tmpdir(), 'wireglass-classroom-'));
  const ports = await lastingPorts(5);
  let running = await start(data, ports);
  const room = new Room(placeOf(running.ready), await tokenIn(data));
  try {
    const lines = [
      await room.fill(count, running.ready.class.code, progress),
      await room.hear(progress),
      await room.board(progress),
      await room.drop(progress),
    ];
    const rss = await rssOf(running.ready.pid);
    if (rss > RSS) throw new Error(`the server takes ${mib(rss)}`);
    lines.push(`memory ${mib(rss)}`);
    running.program.child.kill('SIGKILL');
    await running.program.finished;
    running = await start(data, ports);
    lines.push(await room.back(progress));
    return `${lines.join('\n  ')} (${machine()})`;
  } finally {
    await room.leave();
    running.program.child.kill('SIGTERM');
    await running.program.finished;
    await rm(data, { recursive: true, force: true });
  }
}

class Room {
  readonly #place: ClassPlace;
  readonly #lead: Device;
  readonly #students: Student[] = [];
  #talk: Client | undefined;
  readonly #said: number[] = [];

  constructor(place: ClassPlace, token: string) {
    this.#place = place;
    this.#lead = new Device(place, token);
  }

  async fill(count: number, code: string, progress: (line: string) => void): Promise<string> {
    this.#talk = await this.#lead.talk('tls');
    const begin = performance.now();
    await inBatches(
      Array.from({ length: count }, (_, at) => `student-${at}`),
      async (name, at) => {
        const device = await join(this.#place, code, name);
        device.tap();
        void device.page;
        const client = await device.talk(WIRE_NAMES[at % WIRE_NAMES.length] ?? 'tls', { historyLimit: 0 });
        this.#students.push({ name, device, client });
        progress(`${this.#students.length} of ${count} have joined`);
      },
    );
    const took = performance.now() - begin;
    within('joining', took, JOIN_MS);
    return `${count} joined within ${ms(took)}`;
  }

  /** The instructor says something, again and again: how long until each has heard it. */
  async hear(progress: (line: string) => void): Promise<string> {
    const delays: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`broadcast ${round + 1} of ${ROUNDS}`);
      const text = `announcement ${round}`;
      const heard = this.#students.map(({ client }) => heardAt(client, text));
      const begin = performance.now();
      this.#said.push((await this.#spoken(text)) ?? 0);
      for (const at of await Promise.all(heard)) delays.push(at - begin);
    }
    const p99 = percentile(delays, 0.99);
    within('a broadcast (p99)', p99, HEARD_P99_MS);
    return `a message reaches all: p50 ${ms(percentile(delays, 0.5))}, p99 ${ms(p99)}, longest ${ms(Math.max(...delays))}`;
  }

  /** Students run the checks of a lab, one after the other and then all at once: how long until the instructor sees that. */
  async board(progress: (line: string) => void): Promise<string> {
    const delays: number[] = [];
    for (const { name, device } of this.#students.slice(0, ROUNDS)) {
      progress(`the board sees ${name}`);
      const begin = performance.now();
      void tellChecks(device, 'failed');
      await this.#lead.page.until(
        ({ lead }) => lead?.people.some((row) => row.name === name && row.labs.length > 0) ?? false,
      );
      delays.push(performance.now() - begin);
    }
    progress('the board sees everyone');
    const begin = performance.now();
    void inBatches(this.#students, ({ device }) => tellChecks(device, 'passed'));
    const done = ({ labs }: PersonRow): boolean => labs.some(({ standing }) => standing === 'done');
    await this.#lead.page.until(({ lead }) => lead?.people.filter(done).length === this.#students.length);
    const all = performance.now() - begin;
    const longest = Math.max(...delays);
    within('the board', longest, BOARD_MS);
    within('the board, with everyone at once', all, BOARD_MS);
    return `the board shows a student's checks after at most ${ms(longest)}, and those of all at once after ${ms(all)}`;
  }

  /** Three in ten lose their connections at once, without a goodbye. */
  async drop(progress: (line: string) => void): Promise<string> {
    const lost = this.#students.slice(0, Math.ceil(this.#students.length * DROPPED));
    for (const { device } of lost) device.cut();
    const begin = performance.now();
    await inBatches(lost, async (student) => {
      await this.#comeBack(student);
      progress(`${student.name} is back`);
    });
    const took = performance.now() - begin;
    within('coming back', took, BACK_MS);
    return `${lost.length} were dropped at once and back within ${ms(took)}, under their names`;
  }

  /** After the server was killed and started again. */
  async back(progress: (line: string) => void): Promise<string> {
    for (const { device } of this.#students) device.cut();
    this.#lead.cut();
    const begin = performance.now();
    await inBatches(this.#students, async (student) => {
      await this.#comeBack(student);
      progress(`${student.name} is back after the kill`);
    });
    const took = performance.now() - begin;
    const history = await this.#students[0]?.client.history({ limit: 100 });
    const kept = new Set(history?.messages.map(({ id }) => id));
    const missing = this.#said.filter((id) => !kept.has(id));
    if (missing.length > 0) throw new Error(`${missing.length} acknowledged messages are lost`);
    return `killed and started again: all back within ${ms(took)}, ${this.#said.length} of ${this.#said.length} messages kept`;
  }

  async leave(): Promise<void> {
    for (const { device } of this.#students) device.cut();
    this.#lead.cut();
  }

  async #spoken(text: string): Promise<number | undefined> {
    return (await this.#talk?.say(text))?.id;
  }

  async #comeBack(student: Student): Promise<void> {
    const device = new Device(this.#place, student.device.token);
    device.tap();
    const { me } = await device.page.until(() => true);
    const client = await device.talk('tls', { historyLimit: 0 });
    if (me.name !== student.name || client.name !== student.name)
      throw new Error(`${student.name} came back as ${me.name}, in the chat as ${String(client.name)}`);
    Object.assign(student, { device, client });
  }
}

async function tellChecks(device: Device, state: CheckState): Promise<void> {
  const checks = LAB_CHECKS.map((id) => ({ id, state }));
  const { status } = await device.ask('/api/class/progress', { lab: '04-seal', hints: 0, checks });
  if (status !== 204) throw new Error(`a report was answered with ${status}`);
}

function heardAt(client: Client, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`somebody never heard “${text}”`)), PATIENCE_MS);
    const stop = client.subscribe((event) => {
      if (event.type !== 'message' || event.text !== text) return;
      clearTimeout(late);
      stop();
      resolve(performance.now());
    });
  });
}

function within(what: string, took: number, most: number): void {
  if (took > most) throw new Error(`${what} took ${ms(took)}, more than ${ms(most)}`);
}

async function inBatches<T>(all: readonly T[], work: (each: T, at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) await work(all[at] as T, at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}

async function start(
  data: string,
  [web, ...wires]: readonly number[],
): Promise<{ program: Program; ready: Ready }> {
  const args = WIRE_NAMES.flatMap((wire, at) => [`--${wire.replaceAll('+', '-')}`, String(wires[at])]);
  const program = new Program([
    'classroom',
    '--data',
    data,
    '--host',
    '127.0.0.1',
    '--web',
    String(web),
    ...args,
    '--log',
    'error',
    '--json',
  ]);
  return { program, ready: JSON.parse(await program.line()) as Ready };
}

function placeOf({ web, wires }: Ready): ClassPlace {
  return {
    origin: `http://127.0.0.1:${web.port}`,
    target: (wire) => wires.find((row) => row.wire === wire) ?? { host: '127.0.0.1', port: 0 },
  };
}

async function tokenIn(data: string): Promise<string> {
  return (await readFile(joinPath(data, 'web-token'), 'utf8')).trim();
}
