/**
 * What crossed the wires, on its way to the screen: from a source of events, such as the tap's stream, to the reader in its
 * worker, and back as rows, as news for the cards, and as the one record that is open.
 */
import { type Ref, onScopeDispose, readonly, ref, shallowReadonly, shallowRef, watch } from 'vue';
import type { TapEvent } from '#dissect/model';
import type { TapStreamMessage, WireInfo } from '#dissect/page-stream';
import type { WireName } from '#protocol/wires';
import type { Own } from '../model/sayings.ts';
import type {
  FactsChanged,
  FromReader,
  ListState,
  Opened,
  OpenPlace,
  Peeked,
  Progressed,
  Query,
  ToReader,
  WireState,
} from '../reading/exchange.ts';
import { type RecordKey, Rows, sameKey } from '../reading/rows.ts';
import { type StartReader, startReader } from '../reading/start.ts';
import { useAnswers } from './answers.ts';
import { type SocketState, socketUrl, useServerSocket } from './server-socket.ts';

export type Traffic = ReturnType<typeof useTraffic>;

/** What a source tells. */
export interface TrafficSink {
  /** Everything that the source holds follows. `time`: by the clock of the tap, the beginning of what is new. */
  ready(from: { readonly wires: readonly WireInfo[]; readonly time: number }): void;
  events(events: readonly TapEvent[]): void;
  /** The same as a text of the tap's stream, which is parsed where it is read. */
  text(text: string): void;
  /** The source has dropped these flows. */
  forget(flows: readonly number[]): void;
  /** Files of the person's own. */
  files(files: readonly File[]): void;
}

/** Where events come from. It may begin to tell the sink at once, and stops with the calling component. */
export type TrafficSource = (sink: TrafficSink) => {
  readonly state: Readonly<Ref<SocketState>>;
  /** Tells no more until `retry`, after which it tells everything that it holds again. */
  close(): void;
  retry(): void;
};

/** How the texts begin that make up nearly all of the tap's stream. */
const EVENTS = '{"type":"events"';

/** The tap of the server that serves the page. */
export const tapSource: TrafficSource = (sink) =>
  useServerSocket<TapStreamMessage>(
    socketUrl('tap'),
    (message) => {
      if (message.type === 'ready') sink.ready(message);
      else if (message.type === 'forget') sink.forget(message.flows);
    },
    (text) => {
      if (!text.startsWith(EVENTS)) return false;
      sink.text(text);
      return true;
    },
  );

export function useTraffic(source: TrafficSource, start: StartReader = startReader) {
  const wires = shallowRef<readonly WireInfo[]>([]);
  /** The tap's time when the stream began: anything older was there before. */
  const since = ref(-Infinity);
  const paused = ref(false);
  /** How often the person has cleared the view since all of it was shown; 0 while nothing is hidden. */
  const cleared = ref(0);
  /** True when the view was paused for so long that the stream was closed. */
  let isCutOff = false;
  const { post, records, ...reading } = useReader(start);
  const socket = source({
    ready,
    events: (events) => post({ type: 'events', events }),
    text: (text) => post({ type: 'text', text }),
    forget: (flows) => post({ type: 'forget', flows }),
    files: (files) => post({ type: 'files', files }),
  });

  /** After a reconnect the tap sends everything that it holds again. */
  function ready(from: Parameters<TrafficSink['ready']>[0]): void {
    wires.value = from.wires;
    since.value = from.time;
    post({ type: 'begin' });
  }

  function retry(): void {
    isCutOff = false;
    socket.retry();
  }

  function clear(): void {
    post({ type: 'clear' });
    cleared.value++;
  }

  function undoClear(): void {
    post({ type: 'undo clear' });
    cleared.value = 0;
  }

  watch(reading.full, (full) => {
    if (!full) return;
    // The tap still has everything, and sends it again when the view resumes.
    isCutOff = true;
    socket.close();
  });
  watch(paused, (isPaused) => {
    post({ type: 'pause', paused: isPaused });
    if (isCutOff && !isPaused) retry();
  });
  return {
    socket: socket.state,
    wires,
    since,
    paused,
    cleared,
    records,
    ...reading,
    /** Uses the secrets, or stops using them. */
    setKeys: (visible: boolean) => post({ type: 'keys', visible }),
    /** What this page itself has said. */
    setOwn: (own: Own) => post({ type: 'own', own }),
    clear,
    undoClear,
    retry,
  };
}

/** The rows of the last question, or of the one before while its answer is on its way. */
export interface List extends Omit<ListState, 'rows'> {
  readonly rows: Rows;
}

export const NO_LIST: List = {
  number: 0,
  rows: Rows.NONE,
  total: 0,
  newest: -Infinity,
  searching: false,
  share: undefined,
  titles: [],
};

/** Records that can be listed and opened, wherever they are read. */
export interface Records {
  readonly list: Readonly<Ref<List>>;
  /** The selected record. */
  readonly opened: Readonly<Ref<Opened | undefined>>;
  /** The record that it is compared with. */
  readonly compared: Readonly<Ref<Opened | undefined>>;
  /** Connections that were dropped to stay under a cap. */
  readonly letGo: Readonly<Ref<number>>;
  /** Returns the number by which the list is recognised that answers. */
  ask(query: Query): number;
  open(key: RecordKey | undefined, place?: OpenPlace): void;
  /** What records say in a few words, as far as it is known: by flow and index, as `flow.index`. */
  readonly gists: Readonly<Ref<ReadonlyMap<string, string>>>;
  /** Asks for the gists of these records. */
  peek(keys: readonly RecordKey[]): void;
}

/** The reader, and what it has told so far. */
function useReader(start: StartReader) {
  const list = shallowRef(NO_LIST);
  const [opened, compared] = [shallowRef<Opened>(), shallowRef<Opened>()];
  const gists = shallowRef<ReadonlyMap<string, string>>(new Map());
  const states = shallowRef<ReadonlyMap<WireName, WireState>>(new Map());
  const [held, letGo, full, failure, share] = [ref(0), ref(0), ref(false), ref(''), ref<number>()];
  const reader = start({ heard, failed: (why) => (failure.value = why) });
  onScopeDispose(() => reader.close());
  const post = (message: ToReader): void => reader.post(message);
  const answers = useAnswers(post);
  let asked = 0;

  function heard(message: FromReader): void {
    if (message.type === 'opened') (message.place === 'selected' ? opened : compared).value = message;
    else if (message.type === 'facts') opened.value = withFacts(opened.value, message);
    else if (message.type === 'peeked') gists.value = withGists(gists.value, message);
    else if (message.type === 'progressed') take(message);
    else answers.hear(message);
  }

  function take(progressed: Progressed): void {
    share.value = progressed.share;
    held.value = progressed.held;
    full.value = progressed.full;
    letGo.value = progressed.letGo;
    const { wires: changed, list: told } = progressed;
    if (told)
      list.value = { ...told, rows: told.rows ? list.value.rows.updated(told.rows) : list.value.rows };
    if (changed.length > 0)
      states.value = new Map([...states.value, ...changed.map((state) => [state.wire, state] as const)]);
  }

  const records: Records = {
    list,
    opened,
    compared,
    letGo: readonly(letGo),
    ask(query) {
      post({ type: 'ask', number: ++asked, query });
      return asked;
    },
    open(key, place = 'selected') {
      if (!key) (place === 'selected' ? opened : compared).value = undefined;
      post({ type: 'open', place, key });
    },
    gists,
    peek: (keys) => post({ type: 'peek', keys }),
  };
  return {
    post: (message: ToReader): void => {
      // With other keys, or from the beginning, records say something else.
      if (message.type === 'keys' || message.type === 'begin') gists.value = new Map();
      post(message);
    },
    records,
    ...answers.told,
    /** What has been read on each wire; a wire is absent before the reader has told of it. */
    states: shallowReadonly(states),
    /** The part of the work that is done, from 0 to 1, once reading takes noticeably long. */
    share: readonly(share),
    /** How many events wait while the view is paused. */
    held: readonly(held),
    full: readonly(full),
    /** Why the reader has ended; empty while it reads. */
    failure: readonly(failure),
  };
}

function withFacts(shown: Opened | undefined, { key, facts }: FactsChanged): Opened | undefined {
  return shown && sameKey(shown.key, key) ? { ...shown, facts } : shown;
}

/** How many gists are kept: those of some screens of rows. */
const MAX_GISTS = 2_000;

function withGists(known: ReadonlyMap<string, string>, { gists }: Peeked): ReadonlyMap<string, string> {
  const all = new Map([...known].slice(-MAX_GISTS));
  for (const { flow, index, gist } of gists) all.set(`${flow}.${index}`, gist);
  return all;
}
