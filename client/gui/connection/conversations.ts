/** The conversations of this window: what was said in each room, what waits, and where the person is. */
import { computed, ref, shallowReactive, shallowRef } from 'vue';
import type { ChatEvent } from '#client/events/chat-events';
import { ChatError } from '#client/errors';
import { sayable } from '#client/sayable';
import { DEFAULT_ROOM, type StoredMessage } from '#protocol/messages';
import { notify } from '../../../inspector/ui/notices.ts';
import type { Facts } from '../model/readers.ts';
import { RoomLog, type ShownMessage } from '../model/room-log.ts';
import { FREE, afterNotice, spokeBefore } from '../model/speaking.ts';
import { noteFor, roomTitle, wordsFor } from '../model/words.ts';
import type { Session } from './session.ts';

/** Messages that are asked for at a time. */
const PAGE = 50;

/** Older messages around one that was looked for, apart from what follows the present. */
export interface Excerpt {
  readonly room: string;
  readonly messages: readonly ShownMessage[];
  readonly hasOlder: boolean;
}

type Handlers = {
  readonly [T in ChatEvent['type']]?: (event: Extract<ChatEvent, { type: T }>) => void;
};

export class Conversations {
  readonly logs = shallowReactive(new Map<string, RoomLog>());
  readonly current = ref<string>(DEFAULT_ROOM);
  readonly excerpt = shallowRef<Excerpt>();
  /** The message that the conversation must show now. */
  readonly target = shallowRef<{ readonly id: number }>();
  readonly log = computed(() => this.logs.get(this.current.value));
  readonly title = computed(() => this.log.value?.title ?? roomTitle(this.current.value));
  readonly #session: Session;
  /** Counts what makes an answer about who may speak too old. */
  #speakingNews = 0;
  /** The server is being asked who may speak. */
  #isLearning = false;
  readonly #heard = new Set<(message: ShownMessage, room: string) => void>();

  constructor(session: Session) {
    this.#session = session;
    session.listen((event) => {
      const note = noteFor(event);
      if (note) this.logs.get(note.room ?? this.current.value)?.note(note.told, Date.now());
      (this.#handlers[event.type] as ((event: ChatEvent) => void) | undefined)?.(event);
    });
  }

  /** Calls the listener with what others say, when they say it. */
  onHeard(listener: (message: ShownMessage, room: string) => void): void {
    this.#heard.add(listener);
  }

  /** Shows a room that the person is in, or a private conversation. */
  async open(room: string): Promise<void> {
    const before = this.log.value;
    if (before && room !== this.current.value) before.readTo = undefined;
    this.excerpt.value = undefined;
    const client = this.#session.present();
    if (!client.select(room)) return;
    this.current.value = client.room;
    const now = this.#logOf(this.current.value);
    if (now.isPrivate) now.peer ??= room.slice(1);
    if (now.isPrivate && now.messages.length === 0) await this.#begin(now);
    this.markRead();
  }

  /** A private conversation with somebody who is not there is closed again. */
  async #begin(log: RoomLog): Promise<void> {
    try {
      await this.older();
    } catch (error) {
      this.#left(log.name, undefined);
      throw error;
    }
  }

  async join(room: string): Promise<void> {
    const client = this.#session.present();
    if (room.startsWith('@') || client.joinedRooms.includes(room)) return this.open(room);
    const { room: entered } = await client.join(room);
    await this.open(entered);
  }

  async leave(room: string): Promise<void> {
    if (room.startsWith('@')) return this.#left(room, undefined);
    await this.#session.present().leave(room);
  }

  /** Everything in the open room has been seen. */
  markRead(): void {
    const now = this.log.value;
    if (!now) return;
    now.unread = 0;
    if (now.last > 0) this.#session.client.value?.read(now.name, now.last);
  }

  /** Asks for messages before those shown. */
  async older(): Promise<void> {
    const around = this.excerpt.value;
    const now = this.log.value;
    if (!now) return;
    const before = (around?.messages ?? now.messages)[0]?.id;
    const page = await this.#page({ room: now.name, ...(before !== undefined && { before }) });
    if (around && this.excerpt.value === around)
      this.excerpt.value = {
        ...around,
        messages: [...page.messages, ...around.messages],
        hasOlder: page.more,
      };
    else if (!around) now.putOlder(page.messages, page.more);
  }

  /** Asks for messages after those of the excerpt; it ends where it meets the present. */
  async newer(): Promise<void> {
    const around = this.excerpt.value;
    const now = this.logs.get(around?.room ?? '');
    if (!around || !now) return;
    const page = await this.#page({ room: around.room, after: around.messages.at(-1)?.id ?? 0 });
    if (this.excerpt.value !== around) return;
    const messages = [...around.messages, ...page.messages];
    const meets = !page.more || messages.some(({ id }) => id === now.messages[0]?.id);
    if (meets) now.putOlder(messages, around.hasOlder);
    this.excerpt.value = meets ? undefined : { ...around, messages };
  }

  /** Shows one message, wherever in the past it is. */
  async jump(room: string, id: number): Promise<void> {
    if (room !== this.current.value) await this.join(room);
    if (this.log.value?.find(id)) this.excerpt.value = undefined;
    else {
      const { messages, more } = await this.#page({ room, before: id + 1 });
      if (!messages.some((message) => message.id === id))
        return notify({ text: 'This message is not there any more.', tone: 'bad' });
      this.excerpt.value = { room, messages, hasOlder: more };
      await this.newer();
    }
    this.target.value = { id };
  }

  backToPresent(): void {
    this.excerpt.value = undefined;
  }

  /** Sends a message to a room; it waits in the conversation until it is stored. Throws `ChatError` bad_text. */
  say(text: string, { replyTo }: { replyTo?: number | undefined } = {}): void {
    const clean = sayable(text);
    this.excerpt.value = undefined;
    const to = this.#logOf(this.current.value);
    void this.#send(to, to.await(clean, replyTo, Date.now()));
  }

  /** Sends a message that was refused once more. */
  again(key: number): void {
    const to = this.log.value;
    const failed = to?.settled(key);
    if (to && failed) void this.#send(to, to.await(failed.text, failed.replyTo, Date.now()));
  }

  drop(key: number): void {
    this.log.value?.settled(key);
  }

  /** Somebody else is about to talk. */
  forget(): void {
    this.logs.clear();
    this.excerpt.value = undefined;
    this.current.value = DEFAULT_ROOM;
  }

  readonly #handlers: Handlers = {
    message: (event) => this.#received(event.room, event, event.replay ? 'page' : 'live'),
    joined: ({ room }) => {
      this.#logOf(room).joined = true;
      void this.#askWhoMaySpeak();
    },
    notice: (event) => {
      const found = event.room === undefined ? undefined : this.logs.get(event.room);
      const speaking = found && afterNotice(found.speaking, event);
      if (!speaking) return;
      found.speaking = speaking;
      this.#speakingNews++;
    },
    left: ({ room, reason }) => this.#left(room, reason?.message),
    edited: ({ room, id, text, edited }) => this.logs.get(room)?.change(id, { text, edited }),
    deleted: ({ room, id }) => this.logs.get(room)?.change(id, { text: '', deleted: true }),
    unread: ({ rooms }) => {
      for (const { room, unread, read } of rooms)
        if (room !== this.current.value || !isLookedAt())
          Object.assign(this.#logOf(room), { unread, readTo: read });
    },
    invited: ({ room, by }) =>
      notify({
        text: `${by} invites you to #${room}.`,
        action: { label: 'Join', run: () => void this.join(room) },
      }),
    complaint: ({ refusal }) => notify({ text: refusal.message, tone: 'bad' }),
  };

  /** Whoever comes into a room does not hear the notices before. One answer is about all rooms. */
  async #askWhoMaySpeak(): Promise<void> {
    this.#speakingNews++;
    if (this.#isLearning) return;
    this.#isLearning = true;
    await this.#learnSpeaking().finally(() => (this.#isLearning = false));
  }

  async #learnSpeaking(): Promise<void> {
    const before = this.#speakingNews;
    const rooms = await this.#session.client.value?.rooms().catch(() => undefined);
    if (!rooms) return;
    // A notice may have overtaken the answer, or another room been entered.
    if (this.#speakingNews !== before) return this.#learnSpeaking();
    for (const { name, locked = FREE.locked, slow = FREE.slow } of rooms)
      Object.assign(this.logs.get(name) ?? {}, { speaking: { locked, slow } });
  }

  #logOf(room: string): RoomLog {
    let found = this.logs.get(room);
    if (!found) {
      found = shallowReactive(new RoomLog(room));
      this.logs.set(room, found);
    }
    return found;
  }

  #received(room: string, message: StoredMessage & { own: boolean }, how: Facts['how']): void {
    const found = this.#logOf(room);
    const shown = this.#asShown(room, message, how, message.own);
    const isNew = found.find(shown.id) === undefined;
    found.put([shown]);
    if (found.isPrivate && !shown.own) found.peer = shown.from;
    if (how !== 'live' || shown.own || !isNew) return;
    if (room === this.current.value && isLookedAt()) this.markRead();
    else {
      found.readTo ??= found.messages.at(-2)?.id ?? 0;
      found.unread += 1;
    }
    for (const listener of this.#heard) listener(shown, room);
  }

  #asShown(room: string, message: StoredMessage, how: Facts['how'], own: boolean): ShownMessage {
    return { ...message, room, own, facts: { leg: this.#session.legNow(), how } };
  }

  #isOwn({ from, account }: StoredMessage): boolean {
    const me = this.#session.me.value;
    return me !== undefined && from === me.name && (account ?? false) === me.hasAccount;
  }

  #left(room: string, reason: string | undefined): void {
    const title = this.logs.get(room)?.title ?? roomTitle(room);
    if (reason !== undefined) notify({ text: `You are no longer in ${title}: ${reason}`, tone: 'bad' });
    this.logs.delete(room);
    if (this.current.value === room) void this.open(this.#session.client.value?.room ?? DEFAULT_ROOM);
  }

  async #page(asked: { room: string; before?: number; after?: number }) {
    const { messages, more } = await this.#session.present().history({ ...asked, limit: PAGE });
    return {
      messages: messages.map((message) => this.#asShown(asked.room, message, 'page', this.#isOwn(message))),
      more,
    };
  }

  async #send(to: RoomLog, key: number): Promise<void> {
    const waiting = to.pending.find((each) => each.key === key);
    const client = this.#session.client.value;
    if (!waiting || !client) return;
    const { text, replyTo } = waiting;
    try {
      const asked = client.say(text, { room: to.name, replyTo });
      this.#session.refresh();
      const { id, ref: ownRef, ts } = await asked;
      to.settled(key);
      if (to.speaking.slow > 0) to.spoke = Date.now();
      const leg = this.#session.legNow();
      const author = {
        from: client.name ?? '',
        ...(client.hasAccount && { account: true as const }),
        ...(replyTo !== undefined && { reply_to: replyTo }),
      };
      const facts: Facts = { leg, how: 'sent', ref: ownRef };
      to.put([{ id, room: to.name, ...author, text, ts, via: leg.wire, own: true, facts }]);
    } catch (error) {
      to.failed(key, wordsFor(error));
      if (error instanceof ChatError && error.code === 'slow_mode')
        to.spoke = spokeBefore(to.speaking, error.retryAfter ?? 0, Date.now());
    }
    this.#session.refresh();
  }
}

function isLookedAt(): boolean {
  return document.visibilityState === 'visible' && document.hasFocus();
}
