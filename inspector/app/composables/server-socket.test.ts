// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope, watch } from 'vue';
import { reconnect } from './reconnecting.ts';
import { type SocketState, useServerSocket } from './server-socket.ts';

/** The browser's end of a WebSocket whose other end is the test. */
class FakeSocket {
  static readonly CONNECTING = 0;
  readyState = FakeSocket.CONNECTING;
  onopen: (() => void) | undefined;
  onclose: ((event: object) => void) | undefined;
  onmessage: ((event: object) => void) | undefined;
  readonly sent: string[] = [];

  constructor() {
    sockets.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    closed.push(this);
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  drops(): void {
    this.readyState = 3;
    this.onclose?.({});
  }
}

let sockets: FakeSocket[];
let closed: FakeSocket[];
let states: SocketState[];
let messages: { readonly type: string }[];
let scope: EffectScope;
let socket: ReturnType<typeof useServerSocket>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  sessionStorage.clear();
  [sockets, closed, states, messages] = [[], [], [], []];
  scope = effectScope();
  socket = scope.run(() => {
    const made = useServerSocket('ws://127.0.0.1/ws/tap', (message) => messages.push(message));
    watch(made.state, (state) => states.push(state), { immediate: true, flush: 'sync' });
    return made;
  }) as typeof socket;
});

afterEach(() => {
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const names = () => states.map(({ state }) => state);
const last = () => sockets.at(-1) as FakeSocket;

describe('a socket to the server', () => {
  it('says hello first, and is live once the server has answered', () => {
    last().opens();
    expect(last().sent).toEqual(['{"type":"hello"}']);
    expect(names()).toEqual(['connecting']);
    last().says({ type: 'ready' });
    last().says({ type: 'events' });
    expect(names()).toEqual(['connecting', 'live']);
    expect(messages).toEqual([{ type: 'ready' }, { type: 'events' }]);
  });

  it('brings its token along', () => {
    sessionStorage.setItem('wireglass-token', 'c0ffee');
    last().opens();
    expect(last().sent).toEqual(['{"type":"hello","token":"c0ffee"}']);
  });

  it('reconnects after ever longer pauses, and at once when asked', () => {
    const pauses = [250, 500, 1000, 1500, 1500, 1500];
    for (const [index, pause] of pauses.entries()) {
      // That it opens is not enough: a server that is overloaded accepts and drops.
      last().opens();
      last().drops();
      expect(states.at(-1)).toEqual({ state: 'lost', retryAt: Date.now() + pause, attempt: index + 1 });
      vi.advanceTimersByTime(pause - 1);
      expect(sockets).toHaveLength(index + 1);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(index + 2);
    }
    last().drops();
    socket.retry();
    expect(sockets).toHaveLength(8);
    expect(states.at(-1)).toMatchObject({ state: 'lost', attempt: 7 });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(8);
  });

  it('reconnects at once when the device is back in its network, and when another part of the page asks', () => {
    last().opens();
    last().says({ type: 'ready' });
    window.dispatchEvent(new Event('online'));
    expect(sockets).toHaveLength(1);
    last().drops();
    window.dispatchEvent(new Event('online'));
    expect(sockets).toHaveLength(2);
    window.dispatchEvent(new Event('online'));
    expect(sockets).toHaveLength(2);
    last().opens();
    last().says({ type: 'error', code: 'join_required', message: 'join first' });
    last().drops();
    window.dispatchEvent(new Event('online'));
    expect(sockets).toHaveLength(2);
    reconnect('away');
    expect(sockets).toHaveLength(3);
    last().opens();
    last().says({ type: 'ready' });
    reconnect('away');
    expect(sockets).toHaveLength(3);
    reconnect('all');
    expect(sockets).toHaveLength(4);
    expect(states.at(-1)).toEqual({ state: 'connecting' });
  });

  it('goes on trying where the instructor may let the person in again', () => {
    last().opens();
    last().says({ type: 'error', code: 'removed_from_class', message: 'you were removed' });
    last().drops();
    vi.advanceTimersByTime(3_000);
    expect(sockets.length).toBeGreaterThan(1);
  });

  it('starts with short pauses again after it was live', () => {
    for (let turn = 0; turn < 3; turn++) {
      last().drops();
      vi.advanceTimersByTime(8000);
    }
    last().opens();
    last().says({ type: 'ready' });
    last().drops();
    expect(states.at(-1)).toMatchObject({ state: 'lost', attempt: 1 });
  });

  it('stays away when the server refuses it, until the person tries again', () => {
    last().opens();
    last().says({ type: 'error', code: 'token_required', message: 'open the page by the link' });
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({
      state: 'refused',
      code: 'token_required',
      message: 'open the page by the link',
    });
    expect(messages).toHaveLength(1);
    socket.retry();
    expect(sockets).toHaveLength(2);
    last().drops();
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(3);
  });

  it('sends only while it is open, and stops listening once closed', () => {
    expect(socket.send({ type: 'say' })).toBe(false);
    last().opens();
    expect(last().sent).toEqual(['{"type":"hello"}']);
    expect(socket.send({ type: 'say' })).toBe(true);
    socket.close();
    last().says({ type: 'events' });
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect(messages).toEqual([]);
    expect(sockets).toHaveLength(1);
    expect(names()).toEqual(['connecting']);
  });

  it('goes on when a person stays on the page after all', () => {
    last().opens();
    window.dispatchEvent(new Event('beforeunload'));
    expect(closed).toEqual([]);
    last().drops();
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
  });

  it('is closed with its component', () => {
    last().opens();
    scope.stop();
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect([closed.length, sockets.length]).toEqual([1, 1]);
  });

  it('is closed as soon as it is open when its component goes before that', () => {
    scope.stop();
    expect(closed).toEqual([]);
    last().opens();
    expect([closed.length, last().sent]).toEqual([1, []]);
  });

  it('makes no other attempt when its component goes and it does not open', () => {
    scope.stop();
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });
});
