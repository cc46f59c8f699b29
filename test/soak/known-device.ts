/**
 * An account's owner logs in on a known device of the real program while others guess: unknown names on many connections
 * from one address, and then from many addresses.
 */
import { machine, median, ms } from './figures.ts';
import { Guesser } from './guesser.ts';
import { PASSWORD } from './watched-server.ts';
import type { DialOptions } from '#client/connect/dial';

const ATTACKERS = 40;
const LOGINS = 8;
/** Milliseconds between two logins of the owner. */
const PACE_MS = 1_500;
/** Milliseconds between two guesses on a connection, whatever it is told. */
const GUESS_MS = 100;
/** An owner may wait for the guess that is being looked at, and takes its own time. */
const MOST_MS = 2_000;
const OWNER = '127.3.0.1';
const ATTACKS = [
  ['one address', () => '127.2.0.1'],
  [`${ATTACKERS} addresses`, (at: number) => `127.2.1.${at}`],
] as const;

/** `name` is an account with `PASSWORD`. Rejects when a login of the owner takes too long or is refused. */
export async function knownDevice(
  target: DialOptions,
  name: string,
  progress: (line: string) => void,
): Promise<string> {
  progress('the owner logs in undisturbed');
  const { device } = await logIn(target, name);
  const lines = [
    `logins on a known device (${machine()}): undisturbed ${shown(await logins(target, name, device))}`,
  ];
  for (const [whence, addressOf] of ATTACKS) {
    progress(`the owner logs in while ${ATTACKERS} connections from ${whence} guess`);
    const attack = new Attack(target, addressOf);
    const took = await logins(target, name, device);
    const guesses = await attack.stop();
    lines.push(`  while ${ATTACKERS} connections from ${whence} guess (${guesses} guesses): ${shown(took)}`);
    if (Math.max(...took) > MOST_MS) throw new Error(`the owner waited\n${lines.join('\n')}`);
  }
  return lines.join('\n');
}

async function logins(target: DialOptions, name: string, device: string | undefined): Promise<number[]> {
  const times: number[] = [];
  while (times.length < LOGINS) {
    times.push((await logIn(target, name, device)).took);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  return times;
}

async function logIn(
  target: DialOptions,
  name: string,
  device?: string,
): Promise<{ readonly took: number; readonly device: string | undefined }> {
  const owner = await Guesser.dial({ ...target, localAddress: OWNER });
  const shownDevice = device === undefined ? {} : { device };
  const { code, took, reply } = await owner.try(name, { password: PASSWORD, ...shownDevice });
  await owner.close();
  if (code !== 'auth_success') throw new Error(`the owner was kept out: ${code}`);
  return { took, device: (JSON.parse(reply) as { device?: string }).device };
}

/** Guesses at names that nobody has until it is stopped. */
class Attack {
  readonly #guessing: Promise<void>[];
  #guesses = 0;
  #going = true;

  constructor(target: DialOptions, addressOf: (at: number) => string) {
    this.#guessing = Array.from({ length: ATTACKERS }, (_, at) =>
      this.#guess({ ...target, localAddress: addressOf(at) }, at),
    );
  }

  /** Gives how many guesses were made. */
  async stop(): Promise<number> {
    this.#going = false;
    await Promise.all(this.#guessing);
    return this.#guesses;
  }

  async #guess(target: DialOptions, at: number): Promise<void> {
    while (this.#going) {
      const guesser = await Guesser.dial(target);
      // A connection that has been refused too often is ended: the next one goes on.
      await this.#guessOn(guesser, at).catch(() => undefined);
      await guesser.close();
    }
  }

  async #guessOn(guesser: Guesser, at: number): Promise<void> {
    while (this.#going) {
      this.#guesses += 1;
      await guesser.try(`nobody-${at}-${this.#guesses}`);
      await new Promise((resolve) => setTimeout(resolve, GUESS_MS));
    }
  }
}

function shown(times: readonly number[]): string {
  return `${ms(median(times))}, at most ${ms(Math.max(...times))}`;
}
