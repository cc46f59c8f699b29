/** A source inside the page: the real server, two clients and a tap in memory, one world for each wire. */
import { type Suite, suiteByName, suiteTitle } from '#channel/psk/suites';
import type { TapEvent } from '#dissect/model';
import { LocalProtocolError } from '#protocol/errors';
import { LIMITS } from '#protocol/limits';
import { type WireName, wireByName } from '#protocol/wires';
import type { TrafficSink } from '../../inspector/app/composables/traffic.ts';
import { heard, sending } from '../../inspector/app/model/deliveries.ts';
import { PAGE_WIRES, PageWorld, SPEAKER } from './in-page/world.ts';
import { type DemoSource, type Wanted, pageRelay, pageTraffic } from './source.ts';

const HOME = '127.0.0.1';
/** Two connections for each wire, and room between the wires. */
const FLOWS_PER_WIRE = 10;

/** Throws `RangeError` for a wire or a suite that a page does not have. */
export function inPageSource({ wires, suite: name }: Wanted): DemoSource {
  const suite = name === undefined ? undefined : suiteOf(name);
  const events: TapEvent[] = [];
  const sinks: TrafficSink[] = [];
  const now = clock();
  let noted = 0;
  const onEvent = (event: TapEvent): void => {
    events.push(event);
    if (event.kind === 'chunk') noted += event.bytes.length;
    for (const sink of sinks) sink.events([event]);
  };
  const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
  const worlds = new Map(
    wires.map((wire, index) => {
      const world = { wire, suite, now, random, onEvent, firstFlow: 1 + index * FLOWS_PER_WIRE };
      return [wire, new PageWorld(world)];
    }),
  );
  const started = now();
  let requests = 0;
  const relay = pageRelay(
    (state, text, chosen) => {
      const id = `${++requests}`;
      state.value = sending(state.value, id, text, chosen);
      for (const wire of chosen) state.value = heard(state.value, said(id, wire, text));
      return true;
    },
    SPEAKER,
    wires,
  );
  function said(id: string, wire: WireName, text: string): Parameters<typeof heard>[1] {
    const at = now();
    if (noted > LIMITS.pageTap) return { type: 'failed', id, wire, ...FULL };
    try {
      const outcome = worlds.get(wire)?.say(text);
      if (outcome?.state !== 'sent') return { type: 'failed', id, wire, ...(outcome ?? UNKNOWN_WIRE) };
      const { messageId, port } = outcome;
      return { type: 'sent', id, wire, messageId, milliseconds: now() - at, at, port };
    } catch (error) {
      if (!(error instanceof LocalProtocolError)) throw error;
      return { type: 'failed', id, wire, code: error.code, message: error.message };
    }
  }
  return {
    kind: 'in-page',
    title: `in this page: the real server, in memory${suite ? `, with ${suiteTitle(suite)}` : ''}`,
    wires,
    speaks: wires,
    relay,
    events: () => events,
    traffic: pageTraffic((sink) => {
      const info = wires.map((wire) => ({ wire, host: HOME, port: wireByName(wire).port, tapped: true }));
      sink.ready({ wires: info, time: started });
      sink.events(events);
      sinks.push(sink);
    }),
  };
}

const FULL = {
  code: 'storage_failed',
  message: `the tap of this page holds ${LIMITS.pageTap / 2 ** 20} MiB and takes no more; reload the page to begin again`,
};
const UNKNOWN_WIRE = { code: 'not_found', message: 'this page has no such wire' };

export function runsInPage(wires: readonly WireName[]): boolean {
  return wires.every((wire) => PAGE_WIRES.includes(wire));
}

function suiteOf(name: string): Suite {
  const suite = suiteByName(name);
  if (!suite) throw new RangeError(`there is no suite ${name}`);
  return suite;
}

/** Milliseconds since 1970 that never stand still: what follows is later. */
function clock(): () => number {
  let last = 0;
  return () => (last = Math.max(performance.timeOrigin + performance.now(), last + 0.001));
}
