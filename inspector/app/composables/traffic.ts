/**
 * What crossed the wires, on its way through this page: from a source of events, such as the tap's stream, into the
 * dissection, in slices that leave time for drawing and input, and as records into the log that the screen shows.
 */
import { type Ref, markRaw, onScopeDispose, readonly, ref, shallowRef, watch } from 'vue';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/page-stream';
import { Progress } from '../model/progress.ts';
import { RecordLog } from '../model/record-log.ts';
import { Intake } from './intake.ts';
import { type SocketState, socketUrl, useServerSocket } from './server-socket.ts';
import { Slices } from './slices.ts';

/** Bytes of all connections; by default the tap itself keeps half as many. */
const MAX_BYTES = 128 * 1024 * 1024;

export type Traffic = ReturnType<typeof useTraffic>;

/** Events in, records out: accepted at once, and read when there is time. */
export class TrafficReader {
  #dissection = paced(true);
  readonly log: RecordLog;

  constructor(maxRecords?: number) {
    this.log = new RecordLog(this.#dissection, maxRecords);
  }

  /** How many events are not read yet. */
  get unread(): number {
    return this.#dissection.unread;
  }

  /** Accepts events. This is cheap: nothing is read yet. */
  add(events: Iterable<TapEvent>): void {
    for (const event of events) {
      if (!this.log.takes(event)) continue;
      const changed = this.#dissection.add(event);
      // A secret causes flows to be read again; any other event shows only once it is read.
      if (event.kind === 'flow' || event.kind === 'secret') this.log.changed(changed);
    }
  }

  /** Continues reading until `enough` returns true or nothing is left. */
  readOn(enough: () => boolean): void {
    this.log.changed(this.#dissection.readOn(enough));
  }

  /** Uses the secrets, or stops using them. What was read with the other choice disappears at once. */
  setKeys(visible: boolean): void {
    this.log.changed(this.#dissection.setKeys(visible));
  }

  /** Called before everything is sent again. */
  reset(): void {
    this.#dissection = paced(this.#dissection.keys);
    this.log.restart(this.#dissection);
  }
}

function paced(keys: boolean): Dissection {
  return new Dissection({ keys, maxBytes: MAX_BYTES, paced: true });
}

/** What a source tells. */
export interface TrafficSink {
  /** Everything that the source holds follows. `time`: by the clock of the tap, the beginning of what is new. */
  ready(from: { readonly wires: readonly WireInfo[]; readonly time: number }): void;
  events(events: readonly TapEvent[]): void;
  /** The source has dropped these flows. */
  forget(flows: readonly number[]): void;
}

/** Where events come from. It may begin to tell the sink at once, and stops with the calling component. */
export type TrafficSource = (sink: TrafficSink) => {
  readonly state: Readonly<Ref<SocketState>>;
  /** Tells no more until `retry`, after which it tells everything that it holds again. */
  close(): void;
  retry(): void;
};

/** The tap of the server that serves the page. */
export const tapSource: TrafficSource = (sink) =>
  useServerSocket<TapStreamMessage>(socketUrl('tap'), (message) => {
    if (message.type === 'events') sink.events(message.events.map(fromStreamed));
    else if (message.type === 'ready') sink.ready(message);
    else if (message.type === 'forget') sink.forget(message.flows);
  });

export function useTraffic(source: TrafficSource) {
  const wires = shallowRef<readonly WireInfo[]>([]);
  /** The tap's time when the stream began: anything older was there before. */
  const since = ref(-Infinity);
  const paused = ref(false);
  /** How often the person has cleared the view since all of it was shown; 0 while nothing is hidden. */
  const cleared = ref(0);
  /** True when the view was paused for so long that the stream was closed. */
  let isCutOff = false;
  const reading = useReading();
  const socket = source({ ready: onReady, events: onEvents, forget: (flows) => reading.forget(flows) });

  function onEvents(events: readonly TapEvent[]): void {
    if (reading.push(events)) return;
    // The tap still has everything, and sends it again when the view resumes.
    isCutOff = true;
    socket.close();
  }

  /** After a reconnect the tap sends everything that it holds again. */
  function onReady(ready: Parameters<TrafficSink['ready']>[0]): void {
    wires.value = ready.wires;
    since.value = ready.time;
    reading.reset();
  }

  function retry(): void {
    isCutOff = false;
    socket.retry();
  }

  function clear(): void {
    reading.clear();
    cleared.value++;
  }

  function undoClear(): void {
    reading.undoClear();
    cleared.value = 0;
  }

  watch(paused, (isPaused) => {
    reading.pause(isPaused);
    if (isCutOff && !isPaused) retry();
  });
  const { log, version, share, held, setKeys } = reading;
  const shown = { log, version, share, held };
  return { socket: socket.state, ...shown, wires, since, paused, cleared, setKeys, clear, undoClear, retry };
}

/** The reading in slices, however much arrives. */
function useReading() {
  const reader = markRaw(new TrafficReader());
  const { log } = reader;
  const intake = new Intake();
  const progress = new Progress();
  const version = ref(0);
  const share = ref<number>();
  const held = ref(0);
  const add = (events: readonly TapEvent[]): void => reader.add(events);
  const slices = new Slices({
    work(enough) {
      intake.handOn(add, enough);
      if (!enough()) reader.readOn(enough);
      return intake.ready + reader.unread > 0;
    },
    show() {
      share.value = progress.at(intake.ready + reader.unread, performance.now());
      held.value = intake.held;
      version.value++;
    },
  });
  onScopeDispose(() => slices.stop());
  /** For changes that must show at once. */
  const change = (...steps: (() => void)[]): void => {
    for (const step of steps) step();
    slices.now();
  };

  return {
    log,
    /** Incremented when records change; everything that is derived from them reads it first. */
    version: readonly(version),
    /** The part of the work that is done, from 0 to 1, once reading takes noticeably long. */
    share: readonly(share),
    /** How many events wait while the view is paused. */
    held: readonly(held),
    /** Accepts events. False when a paused view can hold no more of them. */
    push(events: readonly TapEvent[]): boolean {
      intake.push(events);
      held.value = intake.held;
      slices.wake();
      return !intake.full;
    },
    /** The tap has dropped these flows. */
    forget(flows: readonly number[]): void {
      intake.drop(flows);
      log.forget(flows);
      slices.wake();
    },
    pause: (paused: boolean) => change(() => intake.pause(paused)),
    reset: () =>
      change(
        () => intake.clear(),
        () => reader.reset(),
      ),
    setKeys: (visible: boolean) => change(() => reader.setKeys(visible)),
    clear: () =>
      change(
        () => intake.handOn(add, () => false),
        () => log.clear(),
      ),
    undoClear: () => change(() => log.undoClear()),
  };
}
