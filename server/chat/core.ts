/**
 * The chat, without sockets and without a clock: what happened goes in, effects come out. It knows nothing of
 * wires but their names, and nothing of the store but what it is told.
 */
import { type Command, type Context, given, memberList, refuse, reply } from './commands/command.ts';
import { history } from './commands/history.ts';
import { enterRoom, join } from './commands/join.ts';
import { leave, leaveRoom } from './commands/leave.ts';
import { rooms } from './commands/rooms.ts';
import { say } from './commands/say.ts';
import type { Effect, LoadRequest, Loaded, NewMessage, Published, SessionId } from './effects.ts';
import { guestName } from './names.ts';
import { ChatState, type Session } from './state.ts';
import {
  type Client,
  type ClientMessage,
  DEFAULT_ROOM,
  PROTOCOL_VERSION,
  type Server,
  type WireName,
} from '#wire/messages';

const COMMANDS: { [T in ClientMessage['type']]: Command<Client<T>> } = {
  join,
  leave,
  say,
  rooms,
  history,
  ping: ({ session }, { ref }) => [reply(session, given({ type: 'pong' as const, ref }))],
  bye: ({ state, session }) => {
    if (session.member) state.removeMember(session.member);
    return [{ kind: 'close', session: session.id, code: 'done' }];
  },
};

export interface ChatOptions {
  /** Highest id in the store. */
  readonly lastId: number;
  /** That many bytes from a cryptographic random source. */
  readonly random: (count: number) => Uint8Array;
}

export class ChatCore {
  readonly #state: ChatState;
  readonly #random: (count: number) => Uint8Array;

  constructor({ lastId, random }: ChatOptions) {
    this.#state = new ChatState(lastId);
    this.#random = random;
  }

  /** A channel has opened. The welcome goes out before the client has said anything. */
  connect(id: SessionId, wire: WireName, now: number): Effect[] {
    const name = guestName(this.#random, (candidate) => this.#state.isTaken(candidate, now));
    const session: Session = { id, wire, guestName: name, member: undefined, pendingLoads: 0 };
    this.#state.addSession(session);
    return [reply(session, this.#welcome(name, wire))];
  }

  /** A valid message from a client at the time `now` (milliseconds since 1970-01-01 UTC). */
  receive(id: SessionId, message: ClientMessage, now: number): Effect[] {
    const session = this.#state.sessions.get(id);
    if (!session) return [];
    const context: Context = { state: this.#state, session, now, random: this.#random };
    // Each row of the table takes the message of its own type; the compiler cannot follow that through the index.
    const command = COMMANDS[message.type] as Command<ClientMessage>;
    return command(context, message);
  }

  /** The store has answered a load. */
  loaded(request: LoadRequest, loaded: Loaded): Effect[] {
    const session = this.#state.sessions.get(request.session);
    if (!session) return [];
    session.pendingLoads -= 1;
    if (request.purpose === 'join') return enterRoom(this.#state, session, request, loaded);
    const { messages, more } = loaded;
    return [reply(session, { type: 'history', room: request.query.room, messages: [...messages], more })];
  }

  loadFailed(request: LoadRequest): Effect[] {
    const session = this.#state.sessions.get(request.session);
    if (!session) return [];
    session.pendingLoads -= 1;
    return refuse(session, 'storage_failed', { room: request.query.room });
  }

  /** The batch is in the store: from here on its messages are acknowledged and heard. */
  committed(batch: readonly NewMessage[]): Effect[] {
    this.#state.pendingCommits -= batch.length;
    const byRoom = new Map<string, Published[]>();
    for (const message of batch) {
      const items = byRoom.get(message.room);
      const item = this.#publish(message);
      if (items) items.push(item);
      else byRoom.set(message.room, [item]);
    }
    return [...byRoom].map(([room, items]) => {
      const audience = this.#state.rooms.get(room)?.audience ?? new Set();
      return { kind: 'publish', to: audience, items };
    });
  }

  /** The batch is not in the store: nobody hears it, and each author is told. */
  commitFailed(batch: readonly NewMessage[]): Effect[] {
    this.#state.pendingCommits -= batch.length;
    return batch.flatMap(({ author, ref, room }) => {
      const member = this.#state.membersByAuthor.get(author);
      if (ref !== undefined) member?.refs.delete(ref);
      const session = member?.session === undefined ? undefined : this.#state.sessions.get(member.session);
      return session ? refuse(session, 'storage_failed', given({ ref, room })) : [];
    });
  }

  /** The connection is gone, for whatever reason. Its member keeps its name until others need the place. */
  disconnect(id: SessionId, now: number): Effect[] {
    const session = this.#state.sessions.get(id);
    if (!session) return [];
    this.#state.removeSession(session);
    const { member } = session;
    if (!member || member.session !== id) return [];
    const effects = [...member.rooms].flatMap((room) => leaveRoom(this.#state, session, member, room));
    this.#state.parted(member, now);
    return effects;
  }

  /** What every client is told when the server goes away. */
  farewell(): Effect[] {
    const text = 'The server is shutting down.';
    return [
      {
        kind: 'send',
        to: [...this.#state.sessions.keys()],
        message: { type: 'bye', reason: 'shutting_down', text },
      },
    ];
  }

  #welcome(name: string, wire: WireName): Server<'welcome'> {
    const lobby = this.#state.room(DEFAULT_ROOM);
    const list = memberList(lobby.members.values(), lobby.members.size);
    const company = list.count === 0 ? 'nobody else' : list.members.slice(0, 10).join(', ');
    const more = list.count > 10 ? ` and ${list.count - 10} more` : '';
    const text = `Welcome to Wireglass. You are on the ${wire} wire; your name would be ${name}; in #${DEFAULT_ROOM}: ${company}${more}.`;
    return {
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      server: 'wireglass',
      wire,
      name,
      room: DEFAULT_ROOM,
      ...list,
      text,
    };
  }

  #publish({ id, room, from, text, ts, via, ref, author }: NewMessage): Published {
    const ack: Server<'ack'> = given({ type: 'ack' as const, ref, id, room, ts });
    const member = this.#state.membersByAuthor.get(author);
    if (ref !== undefined && member?.refs.has(ref)) member.refs.set(ref, ack);
    return { message: { type: 'message', id, room, from, text, ts, via }, ack, author: member?.session };
  }
}
