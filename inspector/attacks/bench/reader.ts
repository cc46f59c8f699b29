/** Reads the units at the bench as the inspector does, with whatever keys are at hand: what they are, and whether a breakpoint fits. */
import { Dissection, type DissectionOptions } from '#dissect/index';
import type { Direction, FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/messages';
import type { Towards } from '../mallory/mallory.ts';
import type { Look } from './model.ts';

/** Bytes of all connections that are read again when a key comes late. */
const KEPT_BYTES = 16 * 1024 * 1024;

export type Breakpoint = (record: WireRecord, flow: FlowSummary) => boolean;

const DIRECTION: Readonly<Record<Towards, Direction>> = { server: 'c2s', client: 's2c' };

export class UnitReader implements Look {
  readonly dissection: Dissection;
  /** Where to stop; nowhere when absent. */
  breakpoint: Breakpoint | undefined;
  readonly #wire: WireName;
  /** What went by in the connection that is opened next. */
  #before: readonly TapEvent[] = [];

  constructor(wire: WireName, options: DissectionOptions = {}) {
    this.#wire = wire;
    this.dissection = new Dissection({ ...options, streamed: true, maxBytes: KEPT_BYTES });
  }

  readonly opened: Look['opened'] = (connection) => {
    // The bench has no better address of a client than its number.
    const client = { address: '127.0.0.1', port: connection };
    const server = { address: '127.0.0.1', port: 0 };
    this.dissection.add({
      kind: 'flow',
      flow: connection,
      wire: this.#wire,
      time: Date.now(),
      client,
      server,
    });
    for (const event of this.#before) this.dissection.add({ ...event, flow: connection });
    this.#before = [];
    this.dissection.take(connection);
  };

  /** The connection that is opened next stood already: these bytes have gone by in it, and these are its keys. */
  after(events: readonly TapEvent[]): void {
    for (const event of events) if (event.kind === 'secret') this.dissection.add(event);
    this.#before = events.filter(({ kind }) => kind === 'chunk');
  }

  readonly midway: Look['midway'] = (flow, towards, bytes) => {
    this.dissection.add({ kind: 'chunk', flow, dir: DIRECTION[towards], time: Date.now(), bytes });
  };

  readonly unit: Look['unit'] = ({ connection: flow, towards, bytes }) => {
    this.dissection.add({ kind: 'chunk', flow, dir: DIRECTION[towards], time: Date.now(), bytes });
    const records = this.dissection.take(flow)?.records ?? [];
    const summary = this.dissection.flow(flow);
    const { breakpoint } = this;
    const fits = (record: WireRecord): boolean => (summary && breakpoint?.(record, summary)) ?? false;
    const title = records.map((record) => record.title).join(', ') || 'a part of a record';
    return { title, records, isBreakpoint: records.some(fits) };
  };

  readonly closed: Look['closed'] = (connection) => this.dissection.forget([connection]);
}
