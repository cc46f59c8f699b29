/** The chat server in a process of its own, which can be asked what it holds. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hash } from 'bcrypt';
import type { Figures, FiguresOrder, Order, ServerReady, StoredAccount } from './contract.ts';
import type { Target } from '#client/connect/supervisor';
import { BCRYPT_COST } from '#accounts/passwords';
import type { ListenAddress } from '#runtime/server';
import type { WireName } from '#protocol/messages';
import { nameKey } from '#protocol/names';
import type { AuthMode } from '#protocol/roles';

export const PASSWORD = 'a fine soak for a server';

export interface WatchedOptions {
  readonly mode?: AuthMode;
  readonly rates?: boolean;
  /** Accounts there are from the start, all with `PASSWORD`. */
  readonly accounts?: readonly string[];
}

/** Accounts as the store has them. They share one hash: comparing with it takes as long as with any other. */
export async function accountsNamed(names: readonly string[]): Promise<readonly StoredAccount[]> {
  if (names.length === 0) return [];
  const passwordHash = await hash(PASSWORD, BCRYPT_COST);
  return names.map((name) => ({ name, key: nameKey(name), passwordHash }));
}

const PROCESS = fileURLToPath(new URL('./server-process.ts', import.meta.url));

export class WatchedServer {
  readonly #child: ChildProcess;
  readonly #ready: ServerReady;
  readonly #psk: string;

  static async start({
    mode = 'guests',
    rates = true,
    accounts = [],
  }: WatchedOptions = {}): Promise<WatchedServer> {
    const psk = randomBytes(32).toString('hex');
    const order: Order = { psk, mode, rates, accounts: await accountsNamed(accounts) };
    const child = fork(PROCESS, [JSON.stringify(order)], { execArgv: ['--import', 'tsx', '--expose-gc'] });
    const [ready] = (await next(child)) as [ServerReady];
    return new WatchedServer(child, ready, psk);
  }

  constructor(child: ChildProcess, ready: ServerReady, psk: string) {
    this.#child = child;
    this.#ready = ready;
    this.#psk = psk;
  }

  target(wire: WireName): Target {
    const { host, port } = this.#ready.addresses[wire] as ListenAddress;
    const keys = [{ id: 'soak', key: Buffer.from(this.#psk, 'hex') }];
    return { wire, host, port, ca: this.#ready.ca, keys };
  }

  async figures(order: FiguresOrder = { collect: false }): Promise<Figures> {
    const answer = next(this.#child);
    this.#child.send(order);
    return (await answer)[0] as Figures;
  }

  /** Rejects when it did not end in order. */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit');
    if (this.#child.connected) this.#child.disconnect();
    const [code] =
      this.#child.exitCode === null ? ((await ended) as [number | null]) : [this.#child.exitCode];
    if (code !== 0) throw new Error(`the server ended with ${String(code)}`);
  }
}

/** The child's next message. Rejects when it ends without one: a bug has brought it down. */
async function next(child: ChildProcess): Promise<unknown[]> {
  const stop = new AbortController();
  const { signal } = stop;
  const gone = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the server ended with ${String(code)}`);
  });
  try {
    return (await Promise.race([once(child, 'message', { signal }), gone])) as unknown[];
  } finally {
    stop.abort();
    gone.catch(() => undefined);
  }
}
