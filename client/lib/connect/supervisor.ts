/**
 * Keeps a session connected: the first connection, reconnecting after a lost one, switching to another wire. All that
 * the session notices is `connected` and `disconnected`.
 */
import type { Refusal, SessionEvent } from '#session/events';
import type { ClientSession } from '#session/session';
import { type ReconnectOptions, ReconnectPolicy } from './reconnect.ts';
import { SessionDriver, KEEP_ALIVE, type KeepAlive } from './session-driver.ts';
import { DIAL_TIMEOUT_MS, type Dial, type DialOptions, type Dialled } from './dialling.ts';
import { type Entered, Entry } from './entry.ts';
import { ChatError, type WireAddress, asChatError, refused } from '../errors.ts';

const TARGET = [
  'wire',
  'host',
  'port',
  'ca',
  'keys',
  'suite',
  'weakSuitesOnLan',
  'servername',
  'lookup',
  'hints',
  'onLocalEnd',
] as const satisfies readonly (keyof DialOptions)[];

/** Where to connect and with what. */
export type Target = Pick<DialOptions, (typeof TARGET)[number]>;

/** The target among all the options of a client. */
export function targetOf(options: Target): Target {
  return Object.fromEntries(TARGET.map((name) => [name, options[name]])) as unknown as Target;
}

export interface SupervisorOptions extends ReconnectOptions {
  /** Milliseconds until a new connection must have entered its rooms. */
  readonly timeout?: number | undefined;
  readonly keepAlive?: Partial<KeepAlive> | undefined;
  /** Gets the secrets of every connection. */
  readonly keyLog?: DialOptions['keyLog'];
  /** When a login is needed: `fail` (the default) gives up with the reason, `wait` stays connected for it. */
  readonly onLogin?: 'fail' | 'wait' | undefined;
}

export type ClientState =
  | { readonly state: 'idle' }
  | { readonly state: 'connecting'; readonly attempt: number }
  | { readonly state: 'open'; readonly resumed: boolean; readonly protection: string }
  /** Connected, but nobody is logged in. `error` says why an earlier login is no longer valid. */
  | { readonly state: 'login'; readonly protection: string; readonly error: ChatError | undefined }
  /** The connection was lost for the reason given; the next attempt follows after `delay` milliseconds. */
  | { readonly state: 'waiting'; readonly attempt: number; readonly delay: number; readonly error: ChatError }
  | { readonly state: 'closed'; readonly error: ChatError | undefined };

export interface SupervisorHandler {
  /** Opens a connection: how depends on where the client runs. */
  readonly dial: Dial;
  /** The last chance to tell the session something before it gets a new connection, unless the signal aborts. */
  prepare(target: Target, signal: AbortSignal): Promise<void>;
  /** The attempt that was prepared is over, whether it succeeded or failed. */
  settle(): void;
  event(event: SessionEvent): void;
  state(state: ClientState, address: WireAddress): void;
}

export class Supervisor {
  readonly #session: ClientSession;
  readonly #options: SupervisorOptions;
  readonly #handler: SupervisorHandler;
  readonly #reconnects: ReconnectPolicy;
  #target: Target;
  #state: ClientState = { state: 'idle' };
  #driver: SessionDriver | undefined;
  /** Aborts the current attempt, or the wait for the next one. */
  #attempt = new AbortController();
  /** The entry of the connection that is being made. */
  #entry: Entry | undefined;
  #protection = '';
  #switching = false;

  constructor(
    session: ClientSession,
    target: Target,
    options: SupervisorOptions,
    handler: SupervisorHandler,
  ) {
    this.#session = session;
    this.#target = target;
    this.#options = options;
    this.#handler = handler;
    this.#reconnects = new ReconnectPolicy(options);
  }

  get state(): ClientState {
    return this.#state;
  }

  get target(): Target {
    return this.#target;
  }

  get driver(): SessionDriver | undefined {
    return this.#driver;
  }

  /** Rejects with `ChatError` when the first attempt fails: reconnecting begins only after it has succeeded. */
  async connect(signal: AbortSignal | undefined): Promise<void> {
    try {
      await this.#establish(this.#target, signal);
    } catch (error) {
      this.#become({ state: 'closed', error: asChatError(error, this.#target) });
      throw error;
    }
  }

  /** Switches to another target. The old connection stays until the new one is open, and is kept if that fails. */
  async switchTo(target: Target, signal: AbortSignal | undefined): Promise<void> {
    const before = this.#target;
    this.#switching = true;
    try {
      await this.#establish(target, signal);
    } catch (error) {
      this.#target = before;
      if (!this.#driver && this.#state.state !== 'closed')
        this.#wait(new ChatError('connection_lost', { address: before }));
      throw error;
    } finally {
      this.#switching = false;
    }
  }

  async close(): Promise<void> {
    const driver = this.#driver;
    this.#driver = undefined;
    this.#attempt.abort();
    this.#become({ state: 'closed', error: undefined });
    await driver?.close();
  }

  async #establish(target: Target, signal: AbortSignal | undefined): Promise<void> {
    this.#attempt.abort();
    this.#attempt = new AbortController();
    const ours = this.#attempt.signal;
    const stop = signal ? AbortSignal.any([ours, signal]) : ours;
    const { keyLog, timeout } = this.#options;
    if (!this.#driver) this.#become({ state: 'connecting', attempt: this.#reconnects.failures }, target);
    const dialled = await this.#handler.dial({ ...target, keyLog, timeout, signal: stop });
    try {
      // As late as possible: other programs may have to wait for it.
      await this.#handler.prepare(target, stop);
      if (stop.aborted) {
        dialled.socket.destroy();
        throw new ChatError('aborted', { address: target });
      }
      this.#target = target;
      await this.#enter(dialled, stop);
    } finally {
      this.#handler.settle();
    }
  }

  /** Hands the session over to the new socket, and waits until it has entered its rooms. */
  async #enter({ socket, protection }: Dialled, stop: AbortSignal): Promise<void> {
    const old = this.#driver;
    old?.detach();
    if (old) this.#become({ state: 'connecting', attempt: 0 });
    const entry = new Entry(socket.address, this.#options.timeout ?? DIAL_TIMEOUT_MS, stop);
    this.#entry = entry;
    const driver = this.#newDriver(socket);
    this.#driver = driver;
    try {
      driver.start();
      const entered = await entry.settled;
      this.#entry = undefined;
      this.#reconnects.entered();
      this.#protection = protection;
      this.#entered(entered);
    } catch (error) {
      this.#entry = undefined;
      this.#drop(driver);
      throw error;
    } finally {
      entry.end();
      void old?.socket.close();
    }
  }

  #newDriver(socket: Dialled['socket']): SessionDriver {
    const driver: SessionDriver = new SessionDriver(
      socket,
      this.#session,
      {
        event: (event) => this.#onEvent(driver, event),
        end: (error) => this.#onEnd(driver, error),
      },
      { ...KEEP_ALIVE, ...this.#options.keepAlive },
    );
    return driver;
  }

  #onEvent(driver: SessionDriver, event: SessionEvent): void {
    if (event.type === 'ready') this.#entered(event);
    else if (event.type === 'login_needed') this.#onLoginNeeded(driver, event.refusal);
    else if (event.type === 'turned_away' || event.type === 'ending') {
      this.#onEnd(driver, refused(event.refusal, driver.socket.address));
    } else this.#handler.event(event);
  }

  /** While a connection is being made, this completes its entry; later it is a login or a logout. */
  #entered(entered: Entered): void {
    if (this.#entry) return this.#entry.succeeds(entered);
    const protection = this.#protection;
    if ('login' in entered) return this.#become({ state: 'login', protection, error: entered.login });
    if (this.#state.state !== 'open') this.#become({ state: 'open', resumed: entered.resumed, protection });
  }

  #onLoginNeeded(driver: SessionDriver, refusal: Refusal | undefined): void {
    const { address } = driver.socket;
    const error = refusal && refused(refusal, address);
    if (this.#options.onLogin === 'wait') return this.#entered({ login: error });
    this.#onEnd(driver, error ?? new ChatError('auth_required', { address }));
  }

  #onEnd(driver: SessionDriver, error: ChatError): void {
    if (this.#driver !== driver) return;
    this.#drop(driver);
    if (this.#entry) this.#entry.fails(error);
    else if (!this.#switching) this.#reconnect(error);
  }

  #drop(driver: SessionDriver): void {
    driver.detach();
    void driver.socket.close();
    if (this.#driver === driver) this.#driver = undefined;
  }

  #reconnect(error: ChatError): void {
    if (this.#state.state === 'closed') return;
    if (this.#reconnects.wanted(error, this.#state.state === 'open')) this.#wait(error);
    else this.#become({ state: 'closed', error });
  }

  #wait(error: ChatError): void {
    const { attempt, delay } = this.#reconnects.next();
    this.#become({ state: 'waiting', attempt, delay, error });
    this.#attempt = new AbortController();
    const timer = setTimeout(() => void this.#tryAgain(), delay);
    this.#attempt.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  async #tryAgain(): Promise<void> {
    try {
      await this.#establish(this.#target, undefined);
    } catch (error) {
      // Something else has taken over: a switch to another wire, or the end.
      if (error instanceof ChatError && error.code === 'aborted') return;
      this.#reconnect(asChatError(error, this.#target));
    }
  }

  #become(state: ClientState, { wire, host, port }: WireAddress = this.#target): void {
    if (this.#state.state === 'closed' && state.state === 'closed') return;
    this.#state = state;
    this.#handler.state(state, { wire, host, port });
  }
}
