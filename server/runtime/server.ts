/** The chat server: listeners for the wires, and one hub behind them. */
import { GUESTS_ONLY, type Policy } from '#chat/policy';
import { expel } from '#chat/commands/command';
import type { Account, AuditEntry } from '#chat/records';
import type { Store } from '#store/store';
import type { ClientMessage, ServerMessage, WireName } from '#protocol/messages';
import { AccountDesk } from '#accounts/account-desk';
import { type Traffic, flowName } from './sockets/connection-limit.ts';
import { DEFENCE, type Defence } from './defence/defence.ts';
import type { CommitWatchers, Stopwatch } from './committer-handler.ts';
import { Hub, type HubOptions } from './hub.ts';
import {
  type Endpoint,
  type ListenAddress,
  Listeners,
  type ListenersOptions,
  type Renewal,
} from './sockets/listeners.ts';
import { loginThrottle } from '#accounts/login-throttle';
import { type PasswordOptions, PasswordQueue, passwordAnswers } from '#accounts/passwords';
import { secondFactorAnswers } from '#accounts/second-factor';

export { flowName };
export type { Endpoint, ListenAddress, Renewal, Stopwatch };

export interface ServerOptions extends ListenersOptions, Pick<HubOptions, 'flagFor'>, CommitWatchers {
  readonly store: Store;
  readonly listen: Partial<Record<WireName, ListenAddress>>;
  /** Who may enter, and how; by default everyone is a guest. */
  readonly policy?: Policy;
  /** Whether the traffic is recorded with its secrets: clients are told so before they send a password. */
  readonly tapped?: boolean;
  /** Settings that differ from `DEFENCE`. */
  readonly defence?: Partial<Defence>;
  readonly passwords?: PasswordOptions;
}

export interface ChatServer {
  readonly addresses: Partial<Record<WireName, ListenAddress>>;
  /** The state of the server, for monitoring. */
  readonly hub: Pick<Hub, 'state' | 'connections' | 'tally' | 'stopping'>;
  readonly passwords: Pick<PasswordQueue, 'waiting'>;
  readonly accounts: AccountDesk;
  /** Bytes that crossed the sockets of each wire, including those of the handshakes. */
  traffic(): ReadonlyMap<WireName, Traffic>;
  /** The same for each open connection, by `flowName`. */
  trafficByFlow(): ReadonlyMap<string, Traffic>;
  /** Opens another wire and resolves with its address. Rejects with the socket's error, such as EADDRINUSE. */
  listen(wire: WireName, address: ListenAddress): Promise<ListenAddress>;
  /** Accepts no more connections on this wire, tells its clients why, and closes them. The other wires go on. */
  stopWire(wire: WireName): Promise<void>;
  /** Puts a new certificate or other shared keys into use; open connections keep theirs. */
  renew(renewal: Renewal): void;
  /** An account was made elsewhere: from now on no guest has its name. */
  accountAdded(account: Account): void;
  /** An account was deleted elsewhere, or is about to be: its connections end, and its name is free. */
  accountRemoved(account: Account): void;
  /** Runs a request as the operator, or with the rights of this account, and resolves with its answer. */
  operate(request: ClientMessage, account?: Account): Promise<ServerMessage>;
  /** Adds an entry to the audit log, after all earlier ones. */
  audit(entry: AuditEntry): void;
  /** Stores what was accepted, tells the clients, closes everything. */
  close(): Promise<void>;
}

/** A peer that has not closed its connection after this many milliseconds is dropped. */
const DRAIN_MS = 3_000;

/** Rejects, with nothing left open, when one of the wires cannot listen. */
export async function startServer(options: ServerOptions): Promise<ChatServer> {
  const { store, policy = GUESTS_ONLY, tapped = false, log, stopwatch, witness, flagFor } = options;
  const defence = { ...DEFENCE, ...options.defence };
  const passwords = new PasswordQueue();
  const answers = {
    ...store.answers,
    ...passwordAnswers(options.passwords, passwords),
    ...secondFactorAnswers,
    ...loginThrottle(),
  };
  const seed = await store.seed();
  const hub = new Hub({ store, seed, policy, tapped, answers, defence, log, stopwatch, witness, flagFor });
  const accounts = new AccountDesk({
    answers,
    remove: (id) => store.removeAccount(id),
    audit: (entry) => hub.audit(entry),
    added: (account) => hub.happened((core, now) => core.accountAdded(account, now)),
    signedOut: ({ id }) => hub.happened((core, now) => core.signedOut(id, now)),
    removed: (account) => hub.happened((core, now) => core.accountRemoved(account, now)),
  });
  const server = new WireServer({
    listeners: new Listeners(options, defence, options.pieces?.host?.() ?? hub),
    hub,
    passwords,
    accounts,
  });
  try {
    for (const [wire, address] of Object.entries(options.listen) as [WireName, ListenAddress][]) {
      await server.listen(wire, address);
    }
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

interface Parts {
  readonly listeners: Listeners;
  readonly hub: Hub;
  readonly passwords: PasswordQueue;
  readonly accounts: AccountDesk;
}

class WireServer implements ChatServer {
  readonly hub: Hub;
  readonly passwords: PasswordQueue;
  readonly accounts: AccountDesk;
  readonly #listeners: Listeners;

  constructor({ listeners, hub, passwords, accounts }: Parts) {
    this.#listeners = listeners;
    this.hub = hub;
    this.passwords = passwords;
    this.accounts = accounts;
  }

  get addresses(): ChatServer['addresses'] {
    return this.#listeners.addresses;
  }

  traffic(): ReadonlyMap<WireName, Traffic> {
    return this.#listeners.traffic();
  }

  trafficByFlow(): ReadonlyMap<string, Traffic> {
    return this.#listeners.trafficByFlow();
  }

  listen(wire: WireName, address: ListenAddress): Promise<ListenAddress> {
    return this.#listeners.open(wire, address);
  }

  async stopWire(wire: WireName): Promise<void> {
    const closed = this.#listeners.close(wire);
    this.hub.happened(({ state }) => {
      const there = [...state.sessions.values()].filter((session) => session.wire === wire);
      return there.flatMap((session) => expel(session, 'wire_stopped'));
    });
    const cut = setTimeout(() => this.#listeners.cut(wire), DRAIN_MS);
    await closed;
    clearTimeout(cut);
  }

  renew(renewal: Renewal): void {
    this.#listeners.renew(renewal);
  }

  accountAdded(account: Account): void {
    this.hub.happened((core, now) => core.accountAdded(account, now));
  }

  accountRemoved(account: Account): void {
    this.hub.happened((core, now) => core.accountRemoved(account, now));
  }

  operate(request: ClientMessage, account?: Account): Promise<ServerMessage> {
    return this.hub.operate(request, account);
  }

  audit(entry: AuditEntry): void {
    this.hub.audit(entry);
  }

  async close(): Promise<void> {
    const closed = this.#listeners.close();
    await this.hub.shutDown();
    const cut = setTimeout(() => this.#listeners.cut(), DRAIN_MS);
    await closed;
    clearTimeout(cut);
  }
}
