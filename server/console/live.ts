/** The stream of the console: samples of the last ten minutes, and the newest records of the log. */
import {
  type InjectionKey,
  type Ref,
  type ShallowRef,
  inject,
  onScopeDispose,
  ref,
  shallowRef,
  triggerRef,
} from 'vue';
import type { LiveMessage, LogRecord, Sample } from '#web/operator/answers';

/** As many as the server keeps. */
const SAMPLES = 600;
const RECORDS = 2_000;
const PATIENCE = [1_000, 2_000, 5_000, 10_000] as const;
const SESSION_OVER = 4009;

export interface Live {
  readonly samples: ShallowRef<Sample[]>;
  readonly records: ShallowRef<LogRecord[]>;
  /** Records that did not come because there were too many. */
  readonly missed: Ref<number>;
  readonly connected: Ref<boolean>;
}

export const LIVE: InjectionKey<Live> = Symbol('live');

export function liveHere(): Live {
  const live = inject(LIVE);
  if (!live) throw new Error('only inside the console');
  return live;
}

/** Stays connected until the scope ends; `lost` is called when the connection has gone, to find out why. */
export function useLive(lost: (sessionOver: boolean) => void): Live {
  const samples = shallowRef<Sample[]>([]);
  const records = shallowRef<LogRecord[]>([]);
  const missed = ref<number>(0);
  const connected = ref<boolean>(false);
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;

  function take(message: LiveMessage): void {
    if (message.type === 'ready') {
      tries = 0;
      connected.value = true;
      samples.value = [...message.samples];
      records.value = [...message.log];
      missed.value = 0;
    } else if (message.type === 'sample') {
      samples.value.push(message.sample);
      if (samples.value.length > SAMPLES) samples.value.shift();
      triggerRef(samples);
    } else if (message.type === 'log') {
      records.value = [...records.value, ...message.records].slice(-RECORDS);
      missed.value = missed.value + message.missed;
    }
  }

  function connect(): void {
    const { protocol, host } = location;
    socket = new WebSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/operator/live`);
    socket.onopen = () => socket?.send('{"type":"hello"}');
    socket.onmessage = ({ data }) => take(JSON.parse(String(data)) as LiveMessage);
    socket.onclose = ({ code }) => {
      connected.value = false;
      lost(code === SESSION_OVER);
      if (code !== SESSION_OVER)
        timer = setTimeout(connect, PATIENCE[Math.min(tries++, PATIENCE.length - 1)]);
    };
  }

  connect();
  onScopeDispose(() => {
    clearTimeout(timer);
    if (!socket) return;
    socket.onclose = null;
    socket.close();
  });
  return { samples, records, missed, connected };
}
