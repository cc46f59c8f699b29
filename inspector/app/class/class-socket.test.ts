// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EffectScope, effectScope } from 'vue';
import type { ClassState } from '#dissect/page-class';
import { classSocket } from './class-socket.ts';

/** The browser's end of a WebSocket whose other end is the test. */
class FakeSocket {
  static readonly CONNECTING = 0;
  readyState = FakeSocket.CONNECTING;
  onopen: (() => void) | undefined;
  onclose: ((event: object) => void) | undefined;
  onmessage: ((event: object) => void) | undefined;
  readonly sent: Record<string, unknown>[] = [];

  constructor() {
    sockets.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server lets the page in. */
  accepts(): void {
    this.readyState = 1;
    this.onopen?.();
    this.says({ type: 'state', state: {}, time: 0 });
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
let scope: EffectScope;
let states: ClassState[];
let socket: ReturnType<typeof classSocket>;
const last = (): FakeSocket => sockets.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  [sockets, states] = [[], []];
  scope = effectScope(true);
  socket = classSocket(scope, (state) => states.push(state));
  socket.begin();
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the socket of a class', () => {
  it('tells which view the page shows, once over each connection and whenever it is another', () => {
    socket.report('/chat');
    last().accepts();
    expect(states).toHaveLength(1);
    last().says({ type: 'state', state: {}, time: 0 });
    socket.report('/chat');
    const places = () => last().sent.flatMap(({ type, place }) => (type === 'at' ? [place] : []));
    expect(places()).toEqual(['/chat']);
    socket.report('/inspect');
    expect(places()).toEqual(['/chat', '/inspect']);
    last().drops();
    vi.advanceTimersByTime(3_000);
    last().accepts();
    expect(places()).toEqual(['/inspect']);
  });

  it('hands each answer to whoever asked', async () => {
    last().accepts();
    const link = socket.ask({ type: 'assistant-link' });
    const refused = socket.ask({ type: 'remove', person: 7 });
    const [first, second] = last()
      .sent.slice(-2)
      .map(({ ref }) => ref);
    last().says({ type: 'failed', ref: second, code: 'no_such_person', message: 'there is no such person' });
    last().says({ type: 'done', ref: first, link: 'http://192.168.1.5:8080/' });
    await expect(link).resolves.toBe('http://192.168.1.5:8080/');
    await expect(refused).rejects.toThrow('there is no such person');
  });

  it('leaves nobody waiting for an answer when the connection is lost, or there is none', async () => {
    await expect(socket.ask({ type: 'new-code' })).rejects.toThrow('There is no connection');
    last().accepts();
    const asked = socket.ask({ type: 'new-code' });
    last().drops();
    await expect(asked).rejects.toThrow('was lost');
  });

  it('gives up a connection that only looks open when a person comes back to the page', () => {
    socket.report('/');
    last().accepts();
    window.dispatchEvent(new Event('online'));
    const probe = last().sent.at(-1);
    expect(probe).toMatchObject({ type: 'at' });
    vi.advanceTimersByTime(3_000);
    expect(sockets).toHaveLength(2);
  });

  it('keeps a connection through which an answer comes', async () => {
    socket.report('/');
    last().accepts();
    window.dispatchEvent(new Event('online'));
    last().says({ type: 'done', ref: last().sent.at(-1)?.['ref'] });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(sockets).toHaveLength(1);
  });
});
