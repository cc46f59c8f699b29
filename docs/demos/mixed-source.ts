/** A source for wires of which a page has only some: those are in the page, and the others recorded. */
import type { TapEvent } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { RECORDINGS } from '../recordings/recordings.ts';
import { inPageSource } from './in-page-source.ts';
import { PAGE_WIRES } from './in-page/world.ts';
import { loadRecording } from './recorded-source.ts';
import type { DemoSource, Wanted } from './source.ts';

/** The numbers of recorded connections begin here, and each recording has so many. */
const RECORDED_FLOWS = 1_000;

/** Rejects with a sentence for the reader when a recording cannot be loaded, or there is none of a wire. */
export async function mixedSource(wanted: Wanted): Promise<DemoSource> {
  const own = wanted.wires.filter((wire) => PAGE_WIRES.includes(wire));
  const others = wanted.wires.filter((wire) => !own.includes(wire));
  const recorded = await Promise.all(others.map(async (wire, index) => eventsOf(wire, index)));
  const page = inPageSource({ ...wanted, wires: own });
  const before = recorded.flat();
  return {
    ...page,
    title: `${own.join(' and ')} ${page.title}; ${others.join(' and ')} recorded, because TLS needs more than a page has`,
    wires: wanted.wires,
    speaks: own,
    events: () => [...before, ...(page.events?.() ?? [])],
    traffic: (sink) => {
      const live = page.traffic(sink);
      sink.events(before);
      return live;
    },
  };
}

async function eventsOf(wire: WireName, index: number): Promise<TapEvent[]> {
  const name = Object.entries(RECORDINGS).find(([, { wires }]) => wires.join() === wire)?.[0];
  if (name === undefined) throw new Error(`There is no recording of the ${wire} wire.`);
  const { events } = await loadRecording(name);
  const first = RECORDED_FLOWS * (index + 1);
  return events.map((event) => (event.kind === 'secret' ? event : { ...event, flow: event.flow + first }));
}
