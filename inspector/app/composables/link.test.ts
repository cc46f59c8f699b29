// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Link, type LinkState, openLink } from './link.ts';

/** The browser's end of a WebSocket whose other end is the test. */
class FakeSocket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }

  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }

  says(message: object): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }));
  }

  drops(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
}

let sockets: FakeSocket[];
let states: LinkState[];
let messages: { readonly type: string }[];
let link: Link;
let token: string | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  states = [];
  messages = [];
  token = undefined;
  link = openLink({
    url: 'ws://127.0.0.1/ws/tap',
    token: () => token,
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket as unknown as WebSocket;
    },
    random: () => 0.5,
  });
});

afterEach(() => {
  link.close();
  vi.useRealTimers();
});

const names = () => states.map(({ state }) => state);
const last = () => sockets.at(-1) as FakeSocket;

describe('a link', () => {
  it('says hello first, and is live once the server has answered', () => {
    last().opens();
    expect(last().sent).toEqual(['{"type":"hello"}']);
    expect(names()).toEqual(['connecting']);
    last().says({ type: 'ready' });
    expect(names()).toEqual(['connecting', 'live']);
    expect(messages).toEqual([{ type: 'ready' }]);
  });

  it('brings its token along', () => {
    token = 'c0ffee';
    last().opens();
    expect(last().sent).toEqual(['{"type":"hello","token":"c0ffee"}']);
  });

  it('reconnects after ever longer pauses, and at once when asked', () => {
    const pauses = [500, 1000, 2000, 4000, 8000, 8000];
    for (const [index, pause] of pauses.entries()) {
      last().drops();
      expect(states.at(-1)).toEqual({ state: 'lost', retryAt: Date.now() + pause, attempt: index + 1 });
      vi.advanceTimersByTime(pause - 1);
      expect(sockets).toHaveLength(index + 1);
      vi.advanceTimersByTime(1);
      expect(sockets).toHaveLength(index + 2);
    }
    last().drops();
    link.retry();
    expect(sockets).toHaveLength(8);
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
    link.retry();
    expect(sockets).toHaveLength(2);
  });

  it('sends only while it is open, and stops listening once closed', () => {
    expect(link.send({ type: 'say' })).toBe(false);
    last().opens();
    expect(link.send({ type: 'say' })).toBe(true);
    link.close();
    last().says({ type: 'events' });
    last().drops();
    vi.advanceTimersByTime(60_000);
    expect(messages).toEqual([]);
    expect(sockets).toHaveLength(1);
  });
});
