/** Who is connected, who is a member, who is in which room. Plain data; the commands change it. */
import type { SessionId } from './effects.ts';
import { LIMITS } from '#wire/limits';
import { DEFAULT_ROOM, type Server, type WireName } from '#wire/messages';
import { nameKey } from '#wire/names';

/** One open connection. It has no member until its first join. */
export interface Session {
  readonly id: SessionId;
  readonly wire: WireName;
  /** The name kept free for it while it has no member. */
  readonly guestName: string;
  member: Member | undefined;
  /** Requests that wait for the store. */
  pendingLoads: number;
}

/** A reference that has been used: with an acknowledgement once it is committed. */
export type RefState = 'pending' | Server<'ack'>;

/** A person in the chat: outlives a lost connection, and is taken up again by its token. */
export interface Member {
  readonly name: string;
  readonly token: string;
  readonly author: string;
  session: SessionId | undefined;
  readonly rooms: Set<string>;
  currentRoom: string;
  readonly refs: Map<string, RefState>;
  /** Set while the store has not been asked for references from before a restart. */
  refsUnknown: boolean;
  /** When the connection was lost (milliseconds since 1970); meaningful while `session` is undefined. */
  goneAt: number;
}

export interface Room {
  readonly name: string;
  readonly members: Map<SessionId, Member>;
  /** The keys of `members`, kept so that a broadcast does not build a set each time. */
  readonly audience: Set<SessionId>;
}

export class ChatState {
  readonly sessions = new Map<SessionId, Session>();
  readonly rooms = new Map<string, Room>();
  /** Members by name key; those who are gone stay for a while, in the order of going. */
  readonly members = new Map<string, Member>();
  readonly membersByToken = new Map<string, Member>();
  readonly membersByAuthor = new Map<string, Member>();
  readonly #guestNames = new Set<string>();
  nextId: number;
  pendingCommits = 0;

  constructor(lastId: number) {
    this.nextId = lastId + 1;
    this.room(DEFAULT_ROOM);
  }

  /** Whether someone has this name at the time `now`, or may still come back for it. */
  isTaken(name: string, now: number): boolean {
    const key = nameKey(name);
    const member = this.members.get(key);
    const held =
      member !== undefined && (member.session !== undefined || now - member.goneAt < LIMITS.nameHold);
    return held || this.#guestNames.has(key);
  }

  /** Takes a member in under its name; whoever had the name before is forgotten. */
  addMember(member: Member): void {
    const before = this.members.get(nameKey(member.name));
    if (before) this.removeMember(before);
    this.members.set(nameKey(member.name), member);
    this.membersByToken.set(member.token, member);
    this.membersByAuthor.set(member.author, member);
  }

  /** Forgets a member: its name is free at once. */
  removeMember(member: Member): void {
    this.members.delete(nameKey(member.name));
    this.membersByToken.delete(member.token);
    this.membersByAuthor.delete(member.author);
  }

  addSession(session: Session): void {
    this.sessions.set(session.id, session);
    this.#guestNames.add(nameKey(session.guestName));
  }

  removeSession(session: Session): void {
    this.sessions.delete(session.id);
    this.releaseGuestName(session);
  }

  /** The connection was lost: the member moves to the end of those who are away, and the first of them may go. */
  parted(member: Member, now: number): void {
    member.session = undefined;
    member.goneAt = now;
    if (this.membersByToken.get(member.token) !== member) return;
    const key = nameKey(member.name);
    this.members.delete(key);
    this.members.set(key, member);
    if (this.members.size - this.sessions.size <= LIMITS.absentMembers) return;
    for (const old of this.members.values()) {
      if (old.session === undefined) return this.removeMember(old);
    }
  }

  releaseGuestName(session: Session): void {
    this.#guestNames.delete(nameKey(session.guestName));
  }

  /** The room of this name, made when there is none. */
  room(name: string): Room {
    let room = this.rooms.get(name);
    if (!room) {
      room = { name, members: new Map(), audience: new Set() };
      this.rooms.set(name, room);
    }
    return room;
  }

  enter(room: Room, member: Member, session: SessionId): void {
    room.members.set(session, member);
    room.audience.add(session);
    member.rooms.add(room.name);
    member.currentRoom = room.name;
  }

  /** True when the member may not enter this room because a cap is reached. */
  isFull(member: Member, room: string): boolean {
    if (member.rooms.has(room)) return false;
    if (member.rooms.size >= LIMITS.roomsPerMember) return true;
    return this.rooms.size >= LIMITS.rooms && !this.rooms.has(room);
  }

  /** Takes the session out of the room; an empty room other than the lobby is forgotten. */
  exit(room: Room, member: Member, session: SessionId): void {
    room.members.delete(session);
    room.audience.delete(session);
    member.rooms.delete(room.name);
    if (member.currentRoom === room.name) member.currentRoom = [...member.rooms].at(-1) ?? DEFAULT_ROOM;
    if (room.members.size === 0 && room.name !== DEFAULT_ROOM) this.rooms.delete(room.name);
  }
}
