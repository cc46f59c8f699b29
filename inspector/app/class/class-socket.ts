/** The socket of a class: what a page asks for, and the answers. */
import { type EffectScope, ref, shallowRef, watch } from 'vue';
import type { ClassAction, ClassMessage, ClassState } from '#dissect/page-class';
import type { FileNews } from '#dissect/page-file';
import type { ClassQuestion } from '#dissect/page-question';
import type { RoomAttackNews, RoomAttackNow } from '#dissect/page-room-attack';
import { notify } from '../../ui/notices.ts';
import { reconnect, useReturns } from '../composables/reconnecting.ts';
import { socketUrl, useServerSocket } from '../composables/server-socket.ts';

/** Milliseconds without an answer after which a connection counts as dead. */
const DEAD_MS = 3_000;

export function classSocket(scope: EffectScope, onState: (state: ClassState, time: number) => void) {
  let socket: ReturnType<typeof useServerSocket> | undefined;
  const requests = new Requests();
  const { question, attack, fileNews, takes } = newsBeside();
  /** The view that the page shows. */
  let place = '';
  /** Whether this connection has told it. */
  let hasTold = false;
  /** Counts the connections through which the server has said something. */
  const connection = ref(0);

  function begin(): void {
    socket ??= scope.run(() => {
      const made = useServerSocket<ClassMessage>(socketUrl('class'), hear);
      watch(made.state, ({ state }) => (state === 'live' ? (connection.value += 1) : cutOff()), {
        flush: 'sync',
      });
      useReturns(() => void probe());
      return made;
    });
  }

  function hear(message: ClassMessage): void {
    if (takes(message)) return;
    if (message.type !== 'state') return requests.settle(message);
    onState(message.state, message.time);
    tell();
  }

  function cutOff(): void {
    hasTold = false;
    requests.failAll('The connection to the server was lost. Try again.');
  }

  /** Resolves with the link of the answer, if it has one. Rejects with a sentence for the person. */
  async function ask(action: ClassAction): Promise<string | undefined> {
    const { ref, answer } = requests.make();
    if (!socket?.send({ ...action, ref }))
      requests.settle({ type: 'failed', ref, message: 'There is no connection to the server. Try again.' });
    return answer;
  }

  /** Asks, and tells the person if it did not work. Resolves with whether it did. */
  function act(action: ClassAction): Promise<boolean> {
    return ask(action).then(
      () => true,
      (error: Error) => {
        notify({ text: error.message, tone: 'bad' });
        return false;
      },
    );
  }

  function tell(): void {
    if (hasTold || place === '' || socket?.state.value.state !== 'live') return;
    hasTold = true;
    void ask({ type: 'at', place }).catch(() => undefined);
  }

  /** The page shows this view now. */
  function report(now: string): void {
    hasTold &&= now === place;
    place = now;
    tell();
  }

  /** A device that slept may have a connection that only looks open. */
  async function probe(): Promise<void> {
    if (socket?.state.value.state !== 'live' || place === '') return;
    const timer = setTimeout(() => reconnect('all'), DEAD_MS);
    await ask({ type: 'at', place }).catch(() => undefined);
    clearTimeout(timer);
  }

  return { question, attack, begin, ask, act, report, connection, fileNews };
}

/** What the server says beside the state of the class and the answers. */
function newsBeside() {
  /** What the class is asked. */
  const question = shallowRef<ClassQuestion | null>(null);
  /** The attack on the room. */
  const attack = shallowRef<RoomAttackNow | null>(null);
  /** The last that was said of the file that this page has open. */
  const fileNews = shallowRef<FileNews>();

  /** False for what is something else. */
  function takes(
    message: ClassMessage,
  ): message is Extract<ClassMessage, { type: 'question' }> | RoomAttackNews | FileNews {
    if (message.type === 'question') question.value = message.question;
    else if (message.type === 'attack') attack.value = message.attack;
    else if (message.type === 'file' || message.type === 'file-over') fileNews.value = message;
    else return false;
    return true;
  }
  return { question, attack, fileNews, takes };
}

interface Pending {
  readonly resolve: (link: string | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** What was asked for and is not answered yet. */
class Requests {
  readonly #pending = new Map<number, Pending>();
  #count = 0;

  make(): { readonly ref: number; readonly answer: Promise<string | undefined> } {
    const ref = ++this.#count;
    const answer = new Promise<string | undefined>((resolve, reject) =>
      this.#pending.set(ref, { resolve, reject }),
    );
    return { ref, answer };
  }

  settle(
    message:
      | Extract<ClassMessage, { type: 'done' | 'error' }>
      | Pick<Extract<ClassMessage, { type: 'failed' }>, 'type' | 'ref' | 'message'>,
  ): void {
    if (message.type === 'error') return;
    const found = this.#pending.get(message.ref);
    this.#pending.delete(message.ref);
    if (message.type === 'done') found?.resolve(message.link);
    else found?.reject(new Error(message.message));
  }

  failAll(message: string): void {
    for (const ref of [...this.#pending.keys()]) this.settle({ type: 'failed', ref, message });
  }
}
