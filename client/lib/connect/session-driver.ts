/** One socket and the session on top of it: passes bytes both ways until either ends. */
import type { ClientSession } from '#session/session';
import type { SessionEvent } from '#session/events';
import { ChatError, asChatError } from '../errors.ts';
import { type Timer, quietTimer } from './quiet-timer.ts';
import type { WireSocket } from './wire-socket.ts';

export interface SessionDriverHandler {
  event(event: SessionEvent): void;
  /** Called once, unless this side ended the connection. */
  end(error: ChatError): void;
}

export interface KeepAlive {
  /** Milliseconds of silence before the server is pinged. */
  readonly idle: number;
  /** Milliseconds that the server then has to send anything at all. */
  readonly answer: number;
}

export const KEEP_ALIVE: KeepAlive = { idle: 30_000, answer: 10_000 };

/** Milliseconds before a busy server is asked again. */
const BUSY_PAUSE_MS = 250;

export class SessionDriver {
  readonly socket: WireSocket;
  readonly #session: ClientSession;
  readonly #handler: SessionDriverHandler;
  readonly #keepAlive: KeepAlive;
  #silence: Timer | undefined;
  #busyPause: Timer | undefined;
  #over = false;

  constructor(
    socket: WireSocket,
    session: ClientSession,
    handler: SessionDriverHandler,
    keepAlive: KeepAlive,
  ) {
    this.socket = socket;
    this.#session = session;
    this.#handler = handler;
    this.#keepAlive = keepAlive;
  }

  /** From here on, the session belongs to this connection. */
  start(): void {
    this.#session.connected();
    this.#listen();
    this.socket.receive({
      data: (plain) => this.#take(plain),
      drain: () => this.flush(),
      end: (error) => this.#socketEnded(error),
    });
  }

  /** Sends what the session has to say, as far as the socket takes it. */
  flush(): void {
    while (!this.#over && this.socket.writable) {
      const bytes = this.#session.output();
      if (!bytes) return;
      this.socket.send(bytes);
    }
  }

  /** Gives up the session, so that another connection can take it. The socket stays as it is. */
  detach(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#silence);
    clearTimeout(this.#busyPause);
    this.#session.disconnected();
  }

  /** Says goodbye for good. Resolves when the socket is closed. */
  async close(): Promise<void> {
    if (this.socket.writable) this.socket.send(this.#session.farewell());
    this.detach();
    await this.socket.close();
  }

  #take(plain: Uint8Array): void {
    if (this.#over) return;
    this.#listen();
    try {
      this.#session.push(plain);
      this.#deliver();
      this.flush();
    } catch (error) {
      this.#end(asChatError(error, this.socket.address));
    }
  }

  #deliver(): void {
    for (let event = this.#session.next(); event; event = this.#session.next()) {
      if (event.type === 'busy') this.#pause(event.seconds);
      this.#handler.event(event);
      if (this.#over) return;
    }
  }

  #socketEnded(error: ChatError | undefined): void {
    if (this.#over) return;
    let reason = error;
    try {
      this.#session.end();
    } catch (cut) {
      reason ??= asChatError(cut, this.socket.address);
    }
    this.#end(reason ?? new ChatError('connection_lost', { address: this.socket.address }));
  }

  #end(error: ChatError): void {
    this.detach();
    this.#handler.end(error);
  }

  #pause(seconds = 0): void {
    clearTimeout(this.#busyPause);
    const pause = Math.max(BUSY_PAUSE_MS, seconds * 1000);
    this.#busyPause = setTimeout(() => {
      this.#session.retry();
      this.flush();
    }, pause);
  }

  /** Restarts the timer: silence is the only sign of a peer that vanished. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = quietTimer(() => this.#ask(), this.#keepAlive.idle);
  }

  #ask(): void {
    this.#session.ping();
    this.flush();
    this.#silence = quietTimer(
      () =>
        this.#end(
          new ChatError('timeout', { address: this.socket.address, detail: 'the server went silent' }),
        ),
      this.#keepAlive.answer,
    );
  }
}
