/** The tap's stream, dissected in this page: at most one reading per animation frame, however much arrives. */
import { computed, markRaw, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { TapEvent } from '#dissect/model';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/stream';
import { RecordLog } from '../model/record-log.ts';
import { type LinkState, openLink } from './link.ts';
import { heldToken } from './token.ts';

export type Traffic = ReturnType<typeof useTraffic>;

/** `url` of the tap's WebSocket. Closes it with the component that called. */
export function useTraffic(url: string) {
  const link = shallowRef<LinkState>({ state: 'connecting' });
  const wires = shallowRef<readonly WireInfo[]>([]);
  const log = markRaw(new RecordLog());
  /** Rises when records changed; whatever is derived from them reads it first. */
  const version = ref(0);
  const paused = ref(false);
  const held = ref(0);
  const eve = ref(false);
  let waiting: TapEvent[] = [];
  let frame = 0;

  const socket = openLink({
    url,
    token: heldToken,
    onState: (state) => (link.value = state),
    onMessage: (message) => onMessage(message as TapStreamMessage),
  });

  function onMessage(message: TapStreamMessage): void {
    if (message.type === 'ready') restart(message.wires);
    else if (message.type === 'events') collect(message.events.map(fromStreamed));
    else if (message.type === 'forget') forget(message.flows);
  }

  /** Everything that the tap holds comes again after a reconnect. */
  function restart(found: readonly WireInfo[]): void {
    waiting = [];
    held.value = 0;
    log.reset();
    wires.value = found;
    version.value++;
  }

  function collect(events: readonly TapEvent[]): void {
    for (const event of events) waiting.push(event);
    if (paused.value) held.value = waiting.length;
    else if (frame === 0) frame = requestAnimationFrame(take);
  }

  function take(): void {
    frame = 0;
    if (paused.value || waiting.length === 0) return;
    log.add(waiting);
    waiting = [];
    version.value++;
  }

  function forget(flows: readonly number[]): void {
    waiting = waiting.filter((event) => event.kind === 'secret' || !flows.includes(event.flow));
    log.forget(flows);
    version.value++;
  }

  watch(paused, () => {
    held.value = 0;
    take();
  });
  watch(
    eve,
    (isEve) => {
      log.setKeys(!isEve);
      version.value++;
    },
    { flush: 'sync' },
  );
  onScopeDispose(() => {
    socket.close();
    cancelAnimationFrame(frame);
  });

  return {
    link,
    wires,
    paused,
    /** Events that wait while the view is paused. */
    held,
    /** True while the secrets are put away. */
    eve,
    version: computed(() => version.value),
    log,
    clear: () => {
      log.clear();
      version.value++;
    },
    retry: () => socket.retry(),
  };
}
