/** A source that was recorded: a capture of our own tool, read by the inspector's own reader. */
import { readCapture } from '#dissect/capture/read';
import type { TapEvent } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { RECORDINGS } from '../recordings/recordings.ts';
import { type DemoSource, pageRelay, pageTraffic } from './source.ts';

const FILES = import.meta.glob<string>('../recordings/*.pcapng', {
  query: '?url',
  import: 'default',
  eager: true,
});

interface Loaded {
  readonly wires: readonly WireName[];
  /** What it is, in words for the reader. */
  readonly title: string;
  readonly events: readonly TapEvent[];
}

/** Rejects with a sentence for the reader when there is no such recording, or it cannot be loaded. */
export async function loadRecording(name: string): Promise<Loaded> {
  const url = FILES[`../recordings/${name}.pcapng`];
  const row = Object.entries(RECORDINGS).find(([key]) => key === name)?.[1];
  if (url === undefined || !row) throw new Error(`There is no recording ${name}.`);
  const response = await fetch(url);
  if (!response.ok)
    throw new Error(`The recording could not be loaded: the server answered ${response.status}.`);
  const { events } = readCapture(new Uint8Array(await response.arrayBuffer()));
  const { wires, title } = row;
  return { wires, title: `recorded: ${title}, made by our own server and clients`, events };
}

/** Rejects as `loadRecording` does. */
export async function recordedSource(name: string): Promise<DemoSource> {
  const { wires, title, events } = await loadRecording(name);
  return {
    kind: 'recorded',
    title,
    wires,
    speaks: [],
    relay: pageRelay(() => false),
    events: () => events,
    traffic: pageTraffic((sink) => {
      sink.ready({ wires: [], time: events.at(-1)?.time ?? 0 });
      sink.events(events);
    }),
  };
}
