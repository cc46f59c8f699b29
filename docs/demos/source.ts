/**
 * Where the events of a demo come from. Everything else about a demo is the same for the three sources: the reading, the
 * cards, the records and their panes.
 */
import { type ShallowRef, shallowRef } from 'vue';
import type { TapEvent } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import type { Relay } from '../../inspector/app/composables/relay.ts';
import type { TrafficSink, TrafficSource } from '../../inspector/app/composables/traffic.ts';
import { IDLE, type RelayState } from '../../inspector/app/model/deliveries.ts';
import { withPosition } from '../../inspector/app/model/sayings.ts';

export interface DemoSource {
  readonly kind: 'live' | 'in-page' | 'recorded';
  /** What it is, in words for the reader. */
  readonly title: string;
  readonly wires: readonly WireName[];
  readonly traffic: TrafficSource;
  readonly relay: Relay;
  /** The wires on which the reader can say something. */
  readonly speaks: readonly WireName[];
  /** What the tap noted so far, where the page holds it. */
  readonly events?: () => readonly TapEvent[];
}

/** What a page asks of a demo. */
export interface Wanted {
  readonly wires: readonly WireName[];
  readonly suite: string | undefined;
  readonly recording: string | undefined;
  /** Not the workbench, even if it serves the page: it has refused. */
  readonly withoutWorkbench?: boolean;
}

type Say = (state: ShallowRef<RelayState>, text: string, wires: readonly WireName[]) => boolean;

/** The traffic of a source inside the page: always connected, and never told to begin again. */
export function pageTraffic(start: (sink: TrafficSink) => void): TrafficSource {
  return (sink) => {
    start(sink);
    return { state: shallowRef({ state: 'live' }), close: () => undefined, retry: () => undefined };
  };
}

/** The relay of a source inside the page: always connected, under this name. */
export function pageRelay(say: Say, name?: string, wires: readonly WireName[] = []): Relay {
  const lines = wires.map((wire) => [wire, { type: 'status', wire, state: 'open', name }] as const);
  const state = shallowRef<RelayState>({ ...IDLE, lines: Object.fromEntries(lines) });
  return {
    socket: shallowRef({ state: 'live' }),
    state,
    say: (text, wires) => say(state, text, wires),
    remember: (wire, { time, offset }) =>
      (state.value = { ...state.value, own: withPosition(state.value.own, wire, { time, offset }) }),
    retry: () => undefined,
  };
}
