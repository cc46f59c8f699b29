/** Files given to the reader, and what it says of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writePcapng } from '#dissect/capture/write';
import { WIRE_NAMES } from '#protocol/wires';
import { NO_FILTER } from '../model/filter.ts';
import type { Mark } from '../model/marks.ts';
import { readCapture } from '#dissect/capture/read';
import { Desk } from './desk.ts';
import { TrafficReader } from './traffic-reader.ts';
import type { Exported, ExportForm, FromReader, Given, Noted } from './exchange.ts';

const RECORDING = readFileSync(new URL('../../../docs/recordings/tls-psk.pcapng', import.meta.url));
const { events } = readCapture(RECORDING);
const secrets = events.flatMap((event) => (event.kind === 'secret' ? [event.line] : []));
/** As another program would write it: nothing says which wire it is, and it has no secrets. */
const FOREIGN = (() => {
  const plain = events.map((event) => {
    if (event.kind !== 'flow') return event;
    const { wire: _wire, ...rest } = event;
    return rest;
  });
  return writePcapng(plain, { keys: false });
})();
const file = (name: string, content: string | Uint8Array): File =>
  new File([typeof content === 'string' ? content : new Uint8Array(content)], name);

/** A reader that was given these files, once it has read everything. */
class Reading {
  readonly told: FromReader[] = [];
  readonly #desk = new Desk((message) => this.told.push(message));

  constructor() {
    this.#desk.take({ type: 'begin' });
    this.#desk.take({ type: 'ask', number: 1, query: { wires: WIRE_NAMES, filter: NO_FILTER } });
  }

  async give(...files: File[]): Promise<this> {
    this.#desk.take({ type: 'files', files });
    await expect.poll(() => this.isDone, { timeout: 10_000 }).toBe(true);
    return this;
  }

  get isDone(): boolean {
    const { given } = this;
    if ((given?.faults.length ?? 0) > 0) return true;
    return given?.capture !== undefined && given.share === undefined && Object.keys(this.unread).length === 0;
  }

  get given(): Given | undefined {
    return this.told.findLast((message): message is Given => message.type === 'given');
  }

  get marks(): readonly Mark[] {
    return this.told.findLast((message): message is Noted => message.type === 'noted')?.marks ?? [];
  }

  /** The wires that are not read to their end. */
  get unread(): Record<string, true> {
    const unread: Record<string, true> = { every: true };
    for (const message of this.told) {
      if (message.type !== 'progressed') continue;
      delete unread['every'];
      for (const { wire, isRead } of message.wires)
        if (isRead) delete unread[wire];
        else unread[wire] = true;
    }
    return unread;
  }

  /** How many records each wire has. */
  get counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const message of this.told)
      if (message.type === 'progressed') for (const { wire, count } of message.wires) counts[wire] = count;
    return counts;
  }

  export(form: ExportForm, marks: readonly Mark[] = []): Exported {
    this.#desk.take({ type: 'export', number: 1, form, listed: false, marks, title: 'a test' });
    return this.told.findLast((message) => message.type === 'exported') as Exported;
  }

  setKeys(visible: boolean): void {
    this.#desk.take({ type: 'keys', visible });
  }
}

describe('files of a person', () => {
  it('tell by their layers which wire they are like, once the key log is there', async () => {
    const closed = await new Reading().give(file('a.pcapng', FOREIGN));
    expect(closed.counts['tls']).toBeGreaterThan(4);
    expect(closed.counts['tls+psk'] ?? 0).toBe(0);
    const opened = await new Reading().give(file('a.keys', secrets.join('\n')), file('a.pcapng', FOREIGN));
    await expect.poll(() => opened.counts['tls+psk'] ?? 0).toBeGreaterThan(4);
    expect(opened.counts['tls']).toBe(0);
    expect(opened.given?.keyLogs).toMatchObject([{ name: 'a.keys', lines: secrets.length }]);
  });

  it.each([
    ['photo.png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3), 'not_a_capture'],
    ['letter.txt', 'Dear Eve', 'not_a_capture'],
    ['empty.pcapng', '', 'empty'],
    ['bare.pcapng', writePcapng([]), 'nothing_inside'],
    ['server.key', '-----BEGIN RSA PRIVATE KEY-----', 'private_key'],
  ])('%s is refused', async (name, content, code) => {
    const { given } = await new Reading().give(file(name, content));
    expect(given?.faults).toEqual([{ code, message: expect.stringContaining(name) as string }]);
  });

  it('come back from an export with the notes on their records, and without secrets as Eve', async () => {
    const first = await new Reading().give(file('a.pcapng', RECORDING));
    const reader = new TrafficReader();
    reader.add(events);
    reader.readOn(() => false);
    const record = reader.log.records('tls+psk').at(-3);
    if (!record) throw new Error('no record');
    const mark = { flow: record.flow, index: record.index, time: record.time, note: 'odd: #1.2, really' };
    const { file: made } = first.export('pcapng', [mark]);
    const second = await new Reading().give(file('b.pcapng', made ?? ''));
    await expect.poll(() => second.marks).toMatchObject([{ index: mark.index, note: mark.note }]);
    expect(second.counts).toEqual(first.counts);

    const log = new TextDecoder().decode(first.export('keys').file);
    expect(log.trim().split('\n').sort()).toEqual([...secrets].sort());
    first.setKeys(false);
    const bare = readCapture(first.export('pcapng').file ?? new Uint8Array());
    expect(bare.events.filter(({ kind }) => kind === 'secret')).toEqual([]);
    expect(first.export('keys').fault).toBe('Eve has no keys.');
  });
});
