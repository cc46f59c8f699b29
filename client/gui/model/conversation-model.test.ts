/** The model of a conversation: messages in order, each once, and the rows that are made of them. */
import { describe, expect, it } from 'vitest';
import { KEPT_MESSAGES, RoomLog, type ShownMessage } from './room-log.ts';
import { type Row, rowsOf } from './rows.ts';

const MINUTE = 60_000;
const NOON = new Date(2026, 0, 31, 12).getTime();
const said = (id: number, from = 'Ana', change: Partial<ShownMessage> = {}): ShownMessage => ({
  id,
  from,
  text: `text ${id}`,
  ts: NOON + id * 1_000,
  via: 'psk',
  room: 'lobby',
  own: false,
  facts: undefined,
  ...change,
});
const ids = (log: RoomLog): number[] => log.messages.map(({ id }) => id);

describe('a room’s log', () => {
  it('has each message once, in the order of the ids, however they come', () => {
    const log = new RoomLog('lobby');
    log.put([said(3), said(5)]);
    log.put([said(4)]);
    log.put([said(5, 'Ana', { text: 'again' })]);
    expect(ids(log)).toEqual([3, 4, 5]);
    expect(log.find(5)?.text).toBe('again');
    log.putOlder([said(1), said(3)], false);
    expect(ids(log)).toEqual([1, 3, 4, 5]);
    expect(log.hasOlder).toBe(false);
  });

  it('keeps the newest, and knows that there are older ones', () => {
    const log = new RoomLog('lobby');
    log.hasOlder = false;
    log.put(Array.from({ length: KEPT_MESSAGES + 10 }, (_, i) => said(i + 1)));
    expect([log.messages[0]?.id, log.messages.length, log.hasOlder]).toEqual([11, KEPT_MESSAGES, true]);
  });

  it('holds what waits until it is stored or refused', () => {
    const log = new RoomLog('lobby');
    const [first, second] = [log.await('one', undefined, NOON), log.await('two', 3, NOON)];
    log.failed(second, 'too long');
    expect(log.pending.map(({ text, failed }) => [text, failed])).toEqual([
      ['one', undefined],
      ['two', 'too long'],
    ]);
    expect(log.settled(second)).toMatchObject({ text: 'two', replyTo: 3 });
    log.settled(first);
    expect(log.pending).toEqual([]);
  });
});

describe('who comes and goes', () => {
  const joins = (name: string) => ({ text: `${name} joined`, changed: { joined: 1, left: 0 } });
  const leaves = (name: string) => ({ text: `${name} left`, changed: { joined: 0, left: 1 } });
  const lines = ({ notes }: RoomLog): string[] => notes.map(({ text }) => text);

  it('is named a few times, and then counted in one line, until something is said', () => {
    const log = new RoomLog('lobby');
    for (const name of ['Ana', 'Bo', 'Cy', 'Di', 'Ed']) log.note(joins(name), NOON);
    const [, , , count] = log.notes;
    log.note(leaves('Ana'), NOON);
    expect(lines(log)).toEqual(['Ana joined', 'Bo joined', 'Cy joined', '2 more joined, 1 more left']);
    expect(log.notes[3]?.key).toBe(count?.key);
    log.put([said(1)]);
    log.note(leaves('Bo'), NOON);
    expect(lines(log).slice(3)).toEqual(['2 more joined, 1 more left', 'Bo left']);
  });

  it('is counted where the server gives no names, and after that, too', () => {
    const log = new RoomLog('lobby');
    log.note({ changed: { joined: 0, left: 20 } }, NOON);
    log.note(joins('Ana'), NOON);
    log.note({ text: 'The topic has changed' }, NOON);
    log.note(joins('Bo'), NOON);
    log.note({ changed: { joined: 17, left: 0 } }, NOON);
    expect(lines(log)).toEqual(['1 joined, 20 left', 'The topic has changed', 'Bo joined', '17 more joined']);
  });
});

const inWords = (row: Row): string => {
  if (row.kind === 'message') return `${row.continues ? '+' : ''}${row.message.from} ${row.message.id}`;
  if (row.kind === 'note') return row.note.text;
  return row.kind === 'pending' ? `(${row.pending.text})` : row.kind;
};
const rows = (
  messages: readonly ShownMessage[],
  more: Partial<Parameters<typeof rowsOf>[0]> = {},
): string[] => rowsOf({ messages, notes: [], pending: [], readTo: undefined, ...more }).map(inWords);

describe('the rows of a conversation', () => {
  it('put what one member says within minutes together', () => {
    const late = said(3, 'Ana', { ts: NOON + 10 * MINUTE });
    expect(rows([said(1), said(2), late, said(4, 'Bo', { ts: late.ts })])).toEqual([
      'day',
      'Ana 1',
      '+Ana 2',
      'Ana 3',
      'Bo 4',
    ]);
  });

  it('tell a guest from an account of the same name, and a reply from what goes on', () => {
    expect(
      rows([said(1), said(2, 'Ana', { account: true }), said(3, 'Ana', { account: true, reply_to: 1 })]),
    ).toEqual(['day', 'Ana 1', 'Ana 2', 'Ana 3']);
  });

  it('begin each day with its name', () => {
    const next = said(2, 'Ana', { ts: NOON + 24 * 60 * MINUTE });
    expect(rows([said(1), next])).toEqual(['day', 'Ana 1', 'day', 'Ana 2']);
  });

  it('have the first new message of others marked, once', () => {
    expect(rows([said(1), said(2, 'Bo', { own: true }), said(3), said(4)], { readTo: 1 })).toEqual([
      'day',
      'Ana 1',
      'Bo 2',
      'unread',
      'Ana 3',
      '+Ana 4',
    ]);
  });

  it('have notes where they happened, and what waits at the end', () => {
    const note = (text: string, after: number) => ({ key: after, ts: NOON, text, after });
    const pending = [{ key: 1, text: 'soon', replyTo: undefined, ts: NOON }];
    expect(rows([said(1), said(2)], { notes: [note('Bo joined', 1), note('Bo left', 2)], pending })).toEqual([
      'day',
      'Ana 1',
      'Bo joined',
      'Ana 2',
      'Bo left',
      '(soon)',
    ]);
  });
});
