/** Who talks, over which wire, and in which state the connection is: one client at a time. */
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import type { ChatEvent } from '#client/events/chat-events';
import type { ChatClientOptions } from '#client/chat-options';
import { Client } from '#client/client';
import type { ClientState } from '#client/connect/supervisor';
import { ChatError } from '#client/errors';
import type { LoginOutcome } from '#client/logins/account';
import { relayedDial } from '#client/relayed/dial-relayed';
import type { Server } from '#protocol/messages';
import { type Role, hasRole } from '#protocol/roles';
import { type WireName, isProtected, needsKeys } from '#protocol/wires';
import { toHex } from '#protocol/bytes';
import { heldToken } from '../../../inspector/ui/held-token.ts';
import { leadsClass } from '../../../inspector/ui/in-class.ts';
import type { Leg } from '../model/readers.ts';
import { wordsFor } from '../model/words.ts';
import { openPageCarrier, randomBytes } from './page-carrier.ts';
import { PageLogins } from './page-logins.ts';
import { wayToWorkbench } from './wires-here.ts';
import type { WireList } from './wires.ts';

/** A person looks at the page: it comes back sooner than a client in a terminal. */
const LONGEST_WAIT_MS = 3_000;
const dial = relayedDial({ open: openPageCarrier, token: heldToken, random: randomBytes });

export interface Credentials {
  readonly name: string;
  readonly password: string;
  /** Stay logged in: keep this login in this browser. */
  readonly keep: boolean;
  readonly confirmPlain: boolean;
}

export interface Me {
  readonly name: string;
  /** Absent for a guest, and where nobody has logged in. */
  readonly role: Role | undefined;
  /** Whether what is said here is said by an account. */
  readonly hasAccount: boolean;
}

/** out: nobody talks; code: the password was right, and the second factor is asked for; in: somebody talks. */
export type Phase = 'out' | 'code' | 'in';
type Open = { -readonly [K in keyof Leg]: Leg[K] };
export class Session {
  readonly client = shallowRef<Client>();
  readonly state = shallowRef<ClientState>({ state: 'idle' });
  readonly phase = ref<Phase>('out');
  readonly wire = ref<WireName>('psk');
  readonly me = shallowRef<Me>();
  readonly auth = shallowRef<Server<'auth_required'>>();
  readonly tapped = ref(false);
  /** Messages that are not stored yet. */
  readonly waiting = ref(0);
  /** Why nobody talks any more, in words. */
  readonly ended = ref<string>();
  /** When the next attempt to connect begins. */
  readonly retryAt = ref(0);
  readonly leg = shallowRef<Open>();
  /** The server judges every request itself. */
  readonly isModerator = computed(() => {
    const role = this.me.value?.role;
    return role === undefined ? leadsClass.value : hasRole(role, 'moderator');
  });
  readonly #wires: WireList;
  readonly #logins = new PageLogins(localStorage);
  readonly #listeners = new Set<(event: ChatEvent) => void>();

  constructor(wires: WireList) {
    this.#wires = wires;
  }

  listen(listener: (event: ChatEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** The client of whoever talks, or is about to. Throws `ChatError` closed. */
  present(): Client {
    if (!this.client.value) throw new ChatError('closed');
    return this.client.value;
  }

  legNow(): Open {
    return this.#legOf(this.present());
  }

  /** Shows again what a client knows of itself. */
  refresh(): void {
    const now = this.client.value;
    const me =
      now && this.phase.value === 'in'
        ? { name: now.name ?? '', role: now.role, hasAccount: now.hasAccount }
        : undefined;
    // Every event leads here, and an equal value that is new would draw the window again for each.
    if (!isSame(this.me.value, me)) this.me.value = me;
    this.waiting.value = now?.unacknowledged ?? 0;
  }

  /** Rejects with `ChatError`. */
  async asGuest(name: string): Promise<void> {
    const made = this.#make(name === '' ? {} : { name });
    this.ended.value = undefined;
    await made.connect();
    if (made.state === 'login') {
      await made.close();
      throw new ChatError('auth_required');
    }
  }

  /** Rejects with `ChatError`. Afterwards somebody is logged in, or the phase is `code`. */
  async withPassword(how: 'login' | 'register', credentials: Credentials): Promise<void> {
    const { name, password, keep, confirmPlain } = credentials;
    const made = this.#make({ loginFirst: true, confirmPlain, ...(keep && { logins: this.#logins }) });
    this.ended.value = undefined;
    await made.connect();
    if (!made.auth) {
      await made.close();
      throw new ChatError('no_accounts');
    }
    this.#settle(await made.account[how](name, password, { confirmPlain }));
  }

  /** The code of the authenticator, or a recovery code; then the number of recovery codes that are left. */
  async withCode(code: string): Promise<number | undefined> {
    const confirmPlain = !isProtected(this.wire.value);
    const outcome = await this.present().account.secondFactor(code, { confirmPlain });
    this.#settle(outcome);
    return outcome.loggedIn ? outcome.recoveryLeft : undefined;
  }

  /** Goes on with a login that this browser has kept. False when there is none, or it is not valid any more. */
  async goOn(): Promise<boolean> {
    const target = this.#wires.targetFor(this.wire.value);
    const found = isProtected(target.wire) && (await this.#logins.find(target, undefined, Date.now()));
    if (!found) return false;
    const made = this.#make({ login: found, logins: this.#logins });
    await made.connect();
    return made.state === 'open';
  }

  /** Asks the server of a wire who may talk, and goes again. Rejects with `ChatError`. */
  async look(): Promise<void> {
    const made = this.#make({ loginFirst: true });
    this.client.value = undefined;
    try {
      await made.connect();
      this.auth.value = made.auth;
      this.tapped.value = made.tapped;
    } finally {
      await made.close();
    }
  }

  async logOut(everywhere: boolean): Promise<void> {
    const now = this.present();
    if (now.role !== undefined) {
      if (everywhere) await now.account.revoke('others');
      await now.account.logout();
    }
    this.#over(undefined);
    this.ended.value = undefined;
    await now.close();
  }

  /** Back to the choice of who talks. */
  giveUp(): void {
    this.#over(undefined);
  }

  async switchWire(to: WireName, confirmPlain = false): Promise<void> {
    await this.present().switchWire(this.#wires.targetFor(to), { confirmPlain });
  }

  /** Tries to connect at once. */
  async retry(): Promise<void> {
    await this.present().switchWire({});
  }

  #make(options: Partial<ChatClientOptions>): Client {
    void this.client.value?.close();
    const target = this.#wires.targetFor(this.wire.value);
    const made = new Client(
      { ...target, onLogin: 'wait', queueLimit: 1, reconnect: { longest: LONGEST_WAIT_MS }, ...options },
      { dial, refPrefix: toHex(randomBytes(12)) },
    );
    this.client.value = made;
    made.subscribe((event) => {
      if (this.client.value === made) this.#take(event, made);
    });
    return made;
  }

  #take(event: ChatEvent, from: Client): void {
    if (event.type === 'state') this.#takeState(event, from);
    if (event.type === 'auth_required') this.auth.value = event;
    if (event.type === 'welcome') this.tapped.value = event.tapped ?? false;
    this.refresh();
    for (const listener of this.#listeners) listener(event);
  }

  #takeState(now: Extract<ChatEvent, { type: 'state' }>, from: Client): void {
    this.state.value = now;
    if (now.state === 'open') {
      this.wire.value = from.wire;
      this.#legOf(from).protection = now.protection;
      this.phase.value = 'in';
    }
    if (now.state === 'waiting') this.retryAt.value = Date.now() + now.delay;
    if (now.state === 'login' && this.phase.value === 'in') this.#over(now.error);
    if (now.state === 'closed') this.#over(now.error);
  }

  #over(error: ChatError | undefined): void {
    if (this.phase.value === 'in' && error) this.ended.value = wordsFor(error);
    this.phase.value = 'out';
    const last = this.client.value;
    this.client.value = undefined;
    if (last && last.state !== 'closed') void last.close();
  }

  #settle({ loggedIn }: LoginOutcome): void {
    // Whoever is logged in enters the rooms next, and then talks.
    if (!loggedIn) this.phase.value = 'code';
  }

  /** What is true of the present connection: made when its first message comes, completed when it is open. */
  #legOf(from: Client): Open {
    const port = from.localPort;
    const known = this.leg.value;
    if (known && known.port === port && known.wire === from.wire) return known;
    const key = needsKeys(from.wire, 'shared') ? this.#wires.key.value : undefined;
    const made = shallowReactive<Open>({
      wire: from.wire,
      protection: '',
      port,
      tapped: from.tapped,
      key: key && { id: key.key.id, demo: key.demo },
      page: wayToWorkbench(location),
    });
    this.leg.value = made;
    return made;
  }
}

function isSame(one: Me | undefined, other: Me | undefined): boolean {
  return one?.name === other?.name && one?.role === other?.role && one?.hasAccount === other?.hasAccount;
}
