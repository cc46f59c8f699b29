/** Someone guesses at one account for more than a minute, from ever-changing addresses, and on a device that it knows. */
import { Addresses } from '../support/servers/addresses.ts';
import { type TestServer, startTestServer } from '../support/servers/server.ts';
import { Guesser } from './guesser.ts';
import { guest, hear } from './people.ts';
import { PASSWORD } from './watched-server.ts';

const NAME = 'victim';
const MOST_A_MINUTE = 10;
const MINUTE_MS = 60_000;
/** A little more than a minute, so that there is more than one minute to look at. */
const FOR_MS = 75_000;
/** Milliseconds between two guesses. */
const PACE_MS = 100;

/** A server with one account, guessed at from anywhere. Guesses cost a millisecond: only the throttle holds them back. */
export class Siege {
  readonly #addresses = new Addresses();
  readonly #server: TestServer;
  #guessers = 0;

  static async start(): Promise<Siege> {
    const addresses = new Addresses();
    const server = await startTestServer({
      policy: { mode: 'optional', registration: true, passwordWires: ['tls'] },
      peerOf: addresses.peerOf,
    });
    return new Siege(server, addresses);
  }

  constructor(server: TestServer, addresses: Addresses) {
    this.#server = server;
    this.#addresses = addresses;
  }

  /** Registers, and gives the secret of the owner's device. */
  async own(): Promise<string> {
    const owner = await guest(this.#server.target('tls'), 'owner');
    owner.say({ type: 'register', name: NAME, password: PASSWORD });
    const { device } = await hear(owner, 'auth_success');
    await owner.close();
    if (device === undefined) throw new Error('no device secret was given');
    return device;
  }

  /** One guess from an address that was not seen before; gives the code of the answer. */
  async guess(device?: string): Promise<string> {
    const at = (this.#guessers += 1);
    this.#addresses.next = `198.51.${(at >> 8) & 0xff}.${at & 0xff}`;
    const guesser = await Guesser.dial(this.#server.target('tls'));
    const { code } = await guesser.try(NAME, device === undefined ? {} : { device });
    await guesser.close();
    this.#addresses.forget();
    return code;
  }

  /** Whether the owner gets in now, on its own device. */
  async ownerLogsIn(device: string): Promise<boolean> {
    const guesser = await Guesser.dial(this.#server.target('tls'));
    const { code } = await guesser.try(NAME, { password: PASSWORD, device });
    await guesser.close();
    return code === 'auth_success';
  }

  async close(): Promise<void> {
    await this.#server.close();
  }
}

/** Rejects when more than ten guesses within a minute were looked at, or the owner was kept out. */
export async function guessAllMinute(progress: (line: string) => void): Promise<string> {
  const siege = await Siege.start();
  try {
    const device = await siege.own();
    const taken: number[] = [];
    let tries = 0;
    let outside = 0;
    const begin = performance.now();
    for (let now = 0; now < FOR_MS; now = performance.now() - begin) {
      progress(`guessing for ${Math.round(now / 1_000)} of ${FOR_MS / 1_000} s, ${taken.length} looked at`);
      // The owner's device only now and then: it, too, has a limited number of tries.
      if ((await siege.guess((tries += 1) % 10 === 0 ? device : undefined)) === 'bad_credentials')
        taken.push(now);
      else outside += 1;
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    const most = Math.max(
      ...taken.map((from) => taken.filter((at) => at >= from && at < from + MINUTE_MS).length),
    );
    if (most > MOST_A_MINUTE) throw new Error(`${most} guesses in one minute were looked at`);
    return `${tries} guesses from ${tries} addresses in ${FOR_MS / 1_000} s: ${taken.length} looked at, ${most} at most within a minute, ${outside} told to wait`;
  } finally {
    await siege.close();
  }
}
