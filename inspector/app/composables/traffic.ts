/**
 * What crossed the wires, on its way through this page: from the tap's stream into the dissection, in slices that leave
 * time for drawing and input, and as records into the log that the screen shows.
 */
import { markRaw, onScopeDispose, readonly, ref, shallowRef, watch } from 'vue';
import { Dissection } from '#dissect/index';
import type { TapEvent } from '#dissect/model';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/page-stream';
import { Progress } from '../model/progress.ts';
import { RecordLog } from '../model/record-log.ts';
import { Intake } from './intake.ts';
import { useServerSocket } from './server-socket.ts';
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

/** `url` is that of the tap's WebSocket, which is closed with the calling component. */
export function useTraffic(url: string) {
  const reader = markRaw(new TrafficReader());
  const { log } = reader;
  const intake = new Intake();
  const progress = new Progress();
  const wires = shallowRef<readonly WireInfo[]>([]);
  /** The tap's time when the stream began: anything older was there before. */
  const since = ref(-Infinity);
  const paused = ref(false);
  /** Incremented when records change; everything that is derived from them reads it first. */
  const version = ref(0);
  /** The part of the work that is done, from 0 to 1, once reading takes noticeably long. */
  const share = ref<number>();
  /** How many events wait while the view is paused. */
  const held = ref(0);
  /** How often the person has cleared the view since all of it was shown; 0 while nothing is hidden. */
  const cleared = ref(0);
  /** True when the view was paused for so long that the stream was closed. */
  let isCutOff = false;

  const socket = useServerSocket<TapStreamMessage>(url, (message) => {
    if (message.type === 'events') onEvents(message.events.map(fromStreamed));
    else if (message.type === 'ready') onReady(message);
    else if (message.type === 'forget') onForget(message.flows);
  });
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

  function onEvents(events: readonly TapEvent[]): void {
    intake.push(events);
    held.value = intake.held;
    slices.wake();
    if (!intake.full) return;
    // The tap still has everything, and sends it again when the view resumes.
    isCutOff = true;
    socket.close();
  }

  /** After a reconnect the tap sends everything that it holds again. */
  function onReady(ready: Extract<TapStreamMessage, { type: 'ready' }>): void {
    wires.value = ready.wires;
    since.value = ready.time;
    intake.clear();
    reader.reset();
    slices.now();
  }

  /** The tap has dropped these flows. */
  function onForget(flows: readonly number[]): void {
    intake.drop(flows);
    log.forget(flows);
    slices.wake();
  }

  function retry(): void {
    isCutOff = false;
    socket.retry();
  }

  function setKeys(visible: boolean): void {
    reader.setKeys(visible);
    slices.now();
  }

  function clear(): void {
    intake.handOn(add, () => false);
    log.clear();
    slices.now();
    cleared.value++;
  }

  function undoClear(): void {
    log.undoClear();
    slices.now();
    cleared.value = 0;
  }

  watch(paused, (isPaused) => {
    intake.pause(isPaused);
    slices.now();
    if (isCutOff && !isPaused) retry();
  });

  const shown = { version: readonly(version), share: readonly(share), held: readonly(held) };
  return {
    socket: socket.state,
    log,
    wires,
    since,
    paused,
    cleared,
    ...shown,
    setKeys,
    clear,
    undoClear,
    retry,
  };
}
