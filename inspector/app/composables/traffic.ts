/** The tap's stream on its way into the dissection of this page. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/stream';
import { type LinkState, openLink } from './link.ts';
import { useReading } from './reading.ts';
import { heldToken } from './token.ts';

export type Traffic = ReturnType<typeof useTraffic>;

/** `url` of the tap's WebSocket. Closes it with the component that called. */
export function useTraffic(url: string) {
  const link = shallowRef<LinkState>({ state: 'connecting' });
  const wires = shallowRef<readonly WireInfo[]>([]);
  /** Time of the tap when the stream began: what is older was there before. */
  const since = ref(-Infinity);
  const paused = ref(false);
  /** True when the view was paused for so long that the stream was let go of. */
  let isCutOff = false;
  const reading = useReading();
  const { log, version, share, held, setKeys } = reading;
  /** How often the person has cleared the view since all of it was shown; 0 while nothing is hidden. */
  const cleared = ref(0);

  const socket = openLink({
    url,
    token: heldToken,
    onState: (state) => (link.value = state),
    onMessage: (message) => onMessage(message as TapStreamMessage),
  });

  function onMessage(message: TapStreamMessage): void {
    if (message.type === 'events') {
      if (reading.push(message.events.map(fromStreamed))) return;
      // The tap has it all, and gives it again when the view goes on.
      isCutOff = true;
      socket.close();
    } else if (message.type === 'ready') {
      // Everything that the tap holds comes again after a reconnect.
      wires.value = message.wires;
      since.value = message.time;
      reading.reset();
    } else if (message.type === 'forget') reading.forget(message.flows);
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
  onScopeDispose(() => socket.close());

  return { link, wires, since, log, version, share, paused, held, setKeys, cleared, clear, undoClear, retry };
}
