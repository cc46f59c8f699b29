/** Passes the tap's stream to the dissection of this page. */
import { ref, shallowRef, watch } from 'vue';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/page-stream';
import { useReading } from './reading.ts';
import { useServerSocket } from './server-socket.ts';

export type Traffic = ReturnType<typeof useTraffic>;

/** `url` is that of the tap's WebSocket, which is closed with the calling component. */
export function useTraffic(url: string) {
  const wires = shallowRef<readonly WireInfo[]>([]);
  /** The tap's time when the stream began: anything older was there before. */
  const since = ref(-Infinity);
  const paused = ref(false);
  /** True when the view was paused for so long that the stream was closed. */
  let isCutOff = false;
  const reading = useReading();
  const { log, version, share, held, setKeys } = reading;
  /** How often the person has cleared the view since all of it was shown; 0 while nothing is hidden. */
  const cleared = ref(0);

  const socket = useServerSocket(url, onMessage);

  function onMessage(message: TapStreamMessage): void {
    if (message.type === 'events') {
      if (reading.push(message.events.map(fromStreamed))) return;
      // The tap still has everything, and sends it again when the view resumes.
      isCutOff = true;
      socket.close();
    } else if (message.type === 'ready') {
      // After a reconnect the tap sends everything that it holds again.
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

  return {
    socket: socket.state,
    wires,
    since,
    log,
    version,
    share,
    paused,
    held,
    setKeys,
    cleared,
    clear,
    undoClear,
    retry,
  };
}
