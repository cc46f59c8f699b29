/**
 * kill -9 while clients on every wire speak without a pause. After each kill the database must be whole, hold every
 * message that was acknowledged under the id of its acknowledgement, hold none twice, and hold those of each sender in
 * the order in which they were said. The clients come back by themselves and send again what was not acknowledged.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastingPorts } from '../support/programs/lasting-ports.ts';
import { Program, type Ready, targetOf } from '../support/programs/program.ts';
import { type Stored, Talker, findLoss } from './talkers.ts';
import type { Soak } from './soak.ts';
import { checkDatabase } from '#store/backup';
import { openDatabase } from '#store/database';
import { verifyAudit } from '#store/audit';
import { WIRE_NAMES } from '#protocol/messages';

const PORT_OPTIONS = ['--plain', '--psk', '--tls', '--tls-psk', '--web'] as const;
/** Nothing may hold the clients back but the server itself. */
const UNLIMITED = { WIREGLASS_RATES_SAY_BURST: '1000000', WIREGLASS_RATES_SAY_PER_SECOND: '1000000' };
/** A kill comes at most this many milliseconds after everyone has been heard again. */
const LONGEST_WAIT_MS = 300;

export const crash: Soak = {
  name: 'crash',
  shows: 'kill -9 under load: nothing acknowledged is lost or duplicated, and each sender keeps its order',
  amount: { rounds: 100, minutes: Infinity },
  run: async ({ rounds }, progress) => {
    const data = await mkdtemp(join(tmpdir(), 'wireglass-crash-'));
    const world = new World(data);
    try {
      return await world.run(rounds, progress);
    } finally {
      await world.close();
      await rm(data, { recursive: true, force: true });
    }
  },
};

class World {
  readonly #data: string;
  readonly #talkers: Talker[] = [];
  #program: Program | undefined;
  #ports: readonly string[] = [];

  constructor(data: string) {
    this.#data = data;
  }

  async run(rounds: number, progress: (line: string) => void): Promise<string> {
    // The same ports each time, so that the clients find the server, and nobody else meanwhile.
    const ports = await lastingPorts(PORT_OPTIONS.length);
    this.#ports = PORT_OPTIONS.flatMap((option, at) => [option, String(ports[at])]);
    const ready = await this.#start();
    for (const wire of WIRE_NAMES) this.#talkers.push(await Talker.start(await targetOf(ready, wire)));
    let unheard = 0;
    for (let round = 1; round <= rounds; round++) {
      await Promise.all(this.#talkers.map((talker) => talker.heardAgain()));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_WAIT_MS));
      await this.#end('SIGKILL');
      const stored = await this.#check();
      const acknowledged = this.#count(({ acks }) => acks.size);
      unheard += stored - acknowledged;
      progress(`round ${round} of ${rounds}, ${acknowledged.toLocaleString('en')} messages`);
      if (round < rounds) await this.#start();
    }
    return `${rounds} kills; ${await this.#finish()} messages, ${unheard} of them stored with their acknowledgement lost: none lost, duplicated or out of order`;
  }

  async close(): Promise<void> {
    await Promise.all(this.#talkers.map((talker) => talker.close()));
    if (this.#program) await this.#end('SIGKILL');
  }

  /** Everything that was said arrives once the server stays up. */
  async #finish(): Promise<string> {
    await this.#start();
    await Promise.all(this.#talkers.map((talker) => talker.finish()));
    await this.#end('SIGTERM');
    const stored = await this.#check();
    const said = this.#count((talker) => talker.said);
    if (stored !== said) throw new Error(`${said} messages were said and ${stored} are stored`);
    return said.toLocaleString('en');
  }

  async #start(): Promise<Ready> {
    const args = ['serve', '--data', this.#data, ...this.#ports, '--no-tap', '--log', 'warn', '--json'];
    this.#program = new Program(args, UNLIMITED);
    return JSON.parse(await this.#program.line()) as Ready;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const program = this.#program;
    this.#program = undefined;
    program?.child.kill(signal);
    await program?.finished;
  }

  /** How many messages are stored. Rejects when one is lost, duplicated or out of order, or the database is damaged. */
  async #check(): Promise<number> {
    const file = join(this.#data, 'chat.sqlite');
    const { problems } = await checkDatabase(file);
    if (problems.length > 0) throw new Error(`the database is damaged: ${problems.join('; ')}`);
    const db = await openDatabase(file, { readOnly: true });
    try {
      const broken = await verifyAudit(db);
      if (broken !== undefined) throw new Error(`the audit log is broken at entry ${broken}`);
      const stored: Stored[] = await db('messages').orderBy('id').select('id', 'text');
      for (const talker of this.#talkers) {
        const loss = findLoss(stored, talker);
        if (loss !== undefined) throw new Error(loss);
      }
      return stored.length;
    } finally {
      await db.destroy();
    }
  }

  #count(what: (talker: Talker) => number): number {
    return this.#talkers.reduce((sum, talker) => sum + what(talker), 0);
  }
}
