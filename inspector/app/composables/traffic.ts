/** The tap's stream, dissected in this page: at most one reading per animation frame, however much arrives. */
import { markRaw, onScopeDispose, readonly, ref, shallowRef, watch } from 'vue';
import { type TapStreamMessage, type WireInfo, fromStreamed } from '#dissect/stream';
import { RecordLog } from '../model/record-log.ts';
import { Intake } from './intake.ts';
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
  const intake = new Intake((events) => {
    log.add(events);
    version.value++;
  });

  const socket = openLink({
    url,
    token: heldToken,
    onState: (state) => (link.value = state),
    onMessage: (message) => onMessage(message as TapStreamMessage),
  });

  function onMessage(message: TapStreamMessage): void {
    if (message.type === 'events') intake.push(message.events.map(fromStreamed));
    else if (message.type === 'ready') {
      // Everything that the tap holds comes again after a reconnect.
      intake.clear();
      wires.value = message.wires;
      change(() => log.reset());
    } else if (message.type === 'forget') {
      intake.drop(message.flows);
      change(() => log.forget(message.flows));
    }
    held.value = intake.held;
  }

  function change(make: () => void): void {
    make();
    version.value++;
  }

  watch(paused, (isPaused) => {
    intake.pause(isPaused);
    held.value = intake.held;
  });
  onScopeDispose(() => {
    socket.close();
    intake.stop();
  });

  return {
    link,
    wires,
    log,
    version: readonly(version),
    paused,
    /** Events that wait while the view is paused. */
    held: readonly(held),
    setKeys: (visible: boolean) => change(() => log.setKeys(visible)),
    clear: () => change(() => log.clear()),
    retry: () => socket.retry(),
  };
}
