import { afterEach, describe, expect, it, vi } from 'vitest';
import { toStreamed } from '#dissect/page-stream';
import { WIRE_NAMES } from '#protocol/wires';
import { type Line, traffic } from '../../../test/support/flows/traffic.ts';
import { type Filter, NO_FILTER } from '../model/filter.ts';
import { Desk } from './desk.ts';
import type { FromReader, ListState, Opened, ToReader, WireState } from './exchange.ts';
import { Rows } from './rows.ts';

const TALK: readonly Line[] = [
  { dir: 'c2s', message: { type: 'say', text: 'time flies' } },
  { dir: 's2c', message: { type: 'ack', id: 1, room: 'lobby', ts: 0 } },
];

let desk: Desk | undefined;
afterEach(() => desk?.close());

/** A page that remembers what it was told. What crosses between the two is cloned, as on the way to a worker. */
class Page {
  rows = Rows.NONE;
  list: ListState | undefined;
  opened: Opened | undefined;
  held = 0;
  readonly gists: string[] = [];
  readonly wires = new Map<string, WireState>();

  constructor(maxRecords?: number) {
    desk = new Desk((message) => this.#hear(structuredClone(message)), maxRecords);
  }

  post(message: ToReader): void {
    desk?.take(structuredClone(message));
  }

  ask(filter: Partial<Filter> = {}, wires = WIRE_NAMES): void {
    this.post({
      type: 'ask',
      number: (this.list?.number ?? 0) + 1,
      query: { wires, filter: { ...NO_FILTER, ...filter } },
    });
  }

  titles(): string {
    return Array.from({ length: this.rows.count }, (_, place) => this.rows.at(place)?.title).join(' ');
  }

  #hear(message: FromReader): void {
    if (message.type === 'opened') this.opened = message;
    else if (message.type === 'peeked') this.gists.push(...message.gists.map(({ gist }) => gist));
    else if (message.type === 'progressed') {
      this.held = message.held;
      if (message.list) this.list = message.list;
      if (message.list?.rows) this.rows = this.rows.updated(message.list.rows);
      for (const state of message.wires) this.wires.set(state.wire, state);
    }
  }
}

const PSK = 'client_hello server_hello finished';

describe('the reader lists', () => {
  it('the records of the wires that were asked for, in the order of time, as they come', async () => {
    const page = new Page();
    page.ask();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK, start: 1_000 }) });
    await vi.waitUntil(() => page.titles() === 'say ack');
    page.post({ type: 'events', events: traffic({ flow: 2, wire: 'plain', lines: TALK, start: 500 }) });
    await vi.waitUntil(() => page.rows.count === 4);
    expect([0, 1, 2, 3].map((place) => page.rows.at(place)?.flow)).toEqual([2, 2, 1, 1]);
    page.ask({}, ['psk']);
    expect([page.titles(), page.list?.total]).toEqual(['', 0]);
  });

  it('what came as text from the stream of the tap', async () => {
    const page = new Page();
    page.ask({}, ['psk']);
    const events = traffic({ flow: 1, wire: 'psk', lines: TALK }).map(toStreamed);
    page.post({ type: 'text', text: JSON.stringify({ type: 'events', events }) });
    await vi.waitUntil(() => page.titles().endsWith('say ack'));
    expect(page.rows.at(page.rows.count - 1)).toMatchObject({
      flow: 1,
      dir: 's2c',
      wire: 'psk',
      state: 'opened',
    });
  });

  it('only what matches, and the titles of the rest where nothing does', async () => {
    const page = new Page();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK }) });
    page.ask({ search: 'msg.type == "ack"' });
    await vi.waitUntil(() => page.titles() === 'ack');
    page.ask({ search: 'no such words' });
    expect([page.titles(), page.list?.titles, page.list?.total]).toEqual(['', ['say', 'ack'], 2]);
    page.ask({ search: 'msg.typ ==' });
    expect(page.titles()).toBe('');
    page.ask({ dir: 'c2s' });
    expect(page.titles()).toBe('say');
  });

  it('what a regular expression matches, once its engine is there; until then what matched before', async () => {
    const page = new Page();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK }) });
    page.ask({ search: 'msg.type == "ack"' });
    await vi.waitUntil(() => page.titles() === 'ack');
    page.ask({ search: 'msg.text matches "(?i)^TIME"' });
    expect(page.titles()).toBe('ack');
    await vi.waitUntil(() => page.titles() === 'say');
  });

  it('what this page has said', async () => {
    const page = new Page();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK, start: 1_000 }) });
    page.ask({ mine: true });
    await vi.waitUntil(() => page.list?.total === 2);
    expect(page.titles()).toBe('');
    page.post({ type: 'own', own: { last: {}, connections: [{ wire: 'plain', port: 5000, since: 900 }] } });
    await vi.waitUntil(() => page.titles() === 'say');
  });
});

describe('the reader', () => {
  it('sends the record that is open, and sends it again without the keys', async () => {
    const page = new Page();
    page.ask({}, ['psk']);
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'psk', lines: TALK }) });
    await vi.waitUntil(() => page.titles().endsWith('say ack'));
    const { flow, index } = page.rows.at(page.rows.count - 2)!;
    page.post({ type: 'open', place: 'selected', key: { flow, index } });
    expect(page.opened?.record).toMatchObject({ title: 'say', state: 'opened' });
    expect(page.opened?.flow).toMatchObject({ id: 1, wire: 'psk' });
    page.post({ type: 'keys', visible: false });
    await vi.waitUntil(() => page.opened?.record?.state === 'no-key');
    expect(page.titles().startsWith(PSK)).toBe(false);
    page.post({ type: 'forget', flows: [1] });
    await vi.waitUntil(() => page.opened?.record === undefined);
  });

  it('says in a few words what records say, without passwords', async () => {
    const page = new Page();
    page.ask({}, ['psk']);
    const login: Line = { dir: 'c2s', message: { type: 'login', name: 'ana', password: 'correct horse' } };
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'psk', lines: [...TALK, login] }) });
    await vi.waitUntil(() => page.titles().endsWith('say ack login'));
    const keys = Array.from({ length: page.rows.count }, (_, place) => page.rows.at(place)!);
    page.post({ type: 'peek', keys: keys.map(({ flow, index }) => ({ flow, index })) });
    expect(page.gists).toEqual(['demo', 'aes-256-gcm', '', 'time flies', 'lobby', 'ana']);
  });

  it('tells the news of each wire, and which record is the page’s own', async () => {
    const page = new Page();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK, start: 1_000 }) });
    await vi.waitUntil(() => page.wires.get('plain')?.isRead === true);
    expect(page.wires.get('plain')).toMatchObject({ count: 2, news: { said: { text: 'time flies' } } });
    expect(page.wires.get('plain')?.own).toBeUndefined();
    const saying = { request: 'a', text: 'time flies', messageId: 1, milliseconds: 1, at: 1_000, port: 5000 };
    page.post({ type: 'own', own: { request: 'a', last: { plain: saying }, connections: [] } });
    await vi.waitUntil(() => page.wires.get('plain')?.own?.title === 'say');
  });

  it('holds back what comes while the view is paused', async () => {
    const page = new Page();
    page.ask();
    page.post({ type: 'pause', paused: true });
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK }) });
    await vi.waitUntil(() => page.held > 0);
    expect(page.titles()).toBe('');
    page.post({ type: 'pause', paused: false });
    await vi.waitUntil(() => page.titles() === 'say ack');
  });

  it('hides what was cleared, and shows it again', async () => {
    const page = new Page();
    page.ask();
    page.post({ type: 'events', events: traffic({ flow: 1, wire: 'plain', lines: TALK }) });
    await vi.waitUntil(() => page.titles() === 'say ack');
    page.post({ type: 'clear' });
    expect(page.titles()).toBe('');
    page.post({ type: 'undo clear' });
    expect(page.titles()).toBe('say ack');
  });
});
