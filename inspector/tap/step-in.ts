/** Into the middle of a connection that stands at a tap: only one of this machine, and only one whose beginning is still held. */
import type { TapEvent } from '#dissect/model';
import { isLoopbackHost } from '#protocol/addresses';
import type { WireName } from '#protocol/messages';
import type { Detour } from './detour.ts';
import type { Recorder } from './recorder.ts';
import type { Address, Tap } from './tap.ts';

export interface SteppedIn {
  readonly flow: number;
  /** All that crossed it so far, and the secrets at hand. */
  readonly before: readonly TapEvent[];
  readonly detour: Detour;
}

export interface Standing {
  readonly wire: WireName;
  /** Where clients connect. */
  readonly address: Address;
  /** Holds the connection until somebody has come in. Rejects with `StepError`. */
  readonly step: () => Promise<SteppedIn>;
}

export type StepFault = 'flow_gone' | 'flow_taken' | 'other_machine';

export class StepError extends Error {
  override readonly name = 'StepError';
  readonly code: StepFault;

  constructor(code: StepFault, message: string) {
    super(message);
    this.code = code;
  }
}

const GONE = 'this connection is not open any more';

/** The connection of this flow. Throws `StepError`. */
export function standing(taps: Iterable<Tap>, recorder: Recorder, flow: number): Standing {
  for (const tap of taps) {
    const connection = tap.connectionOf(flow);
    if (!connection) continue;
    const { wire, address } = tap;
    if (!isLoopbackHost(connection.origin.address))
      throw new StepError(
        'other_machine',
        `attacks are run on connections of this machine and no other; this one comes from ${connection.origin.address}`,
      );
    const step = async (): Promise<SteppedIn> => {
      const isHeld = (event: TapEvent): boolean => event.kind === 'flow' && event.flow === flow;
      if (!recorder.events().some(isHeld))
        throw new StepError('flow_gone', 'the beginning of this connection is not kept any more');
      if (!connection.isWhole)
        throw new StepError('flow_taken', 'this connection is ending, or somebody stands in it already');
      const detour = await connection.detour();
      // It is held now: nothing comes between these bytes and the next.
      const before = recorder.events().filter((event) => event.kind === 'secret' || event.flow === flow);
      return { flow, before, detour };
    };
    return { wire, address, step };
  }
  throw new StepError('flow_gone', GONE);
}
