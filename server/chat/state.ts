/** Connections, members and rooms, with their indexes, which are always changed together. */
import { accountAuthor } from './authors.ts';
import type { Peer } from './effects.ts';
import type { Account, LoginSession, RoomRecord, Sanction, SessionId } from './records.ts';
import type { LiveAccount, Member, Room, Session } from './sessions.ts';
import { type Standing, standing } from './standing.ts';
import { LIMITS } from '#protocol/limits';
import { DEFAULT_ROOM } from '#protocol/messages';
import { nameKey } from '#protocol/names';

/** What the store knows when the server starts. */
export interface Seed {
  /** Highest id in the store. */
  readonly lastId: number;
  /** All accounts: no guest gets their names. */
  readonly accounts: Iterable<Pick<Account, 'id' | 'name' | 'key'>>;
  readonly rooms: readonly RoomRecord[];
  readonly sanctions: readonly Sanction[];
}

export const EMPTY_SEED: Seed = { lastId: 0, accounts: [], rooms: [], sanctions: [] };

export class ChatState {
  readonly sessions = new Map<SessionId, Session>();
  readonly rooms = new Map<string, Room>();
  /** Members by name key; those without a connection stay for a while. */
  readonly members = new Map<string, Member>();
  readonly membersByToken = new Map<string, Member>();
  readonly membersByAuthor = new Map<string, Member>();
  readonly accounts = new Map<number, LiveAccount>();
  /** Accounts by name key: no guest gets their names. `undefined` is an account that is still being created. */
  readonly accountsByKey = new Map<string, Peer | undefined>();
  readonly sanctions = new Map<string, Standing>();
  /** Names of rooms that are being removed: nothing new is said or changed in them. */
  readonly removing = new Set<string>();
  /** Invite-only rooms that were removed, by name, with the number of the next message at that time. */
  readonly removed = new Map<string, number>();
  /** Admins that are about to lose the role: they must not all do so at once. */
  readonly steppingDown = new Set<number>();
  /** `account key` of conversations known to have a read marker for that account. */
  readonly openConversations = new Set<string>();
  readonly #guestNames = new Set<string>();
  /** Members without a connection, in the order in which they went. */
  readonly #absent = new Set<Member>();
  /**
   * Members whose presence changed too soon after the last change was told, each with the connection that asked last. The
   * others are told later.
   */
  readonly restless = new Map<Member, SessionId>();
  /**
   * The time by which durations are measured, for a call at the time `now`: milliseconds on the scale that `now` had when
   * the server started, unaffected by setting the clock.
   */
  readonly steady: (now: number) => number;
  nextId: number;
  pendingCommits = 0;

  constructor({ lastId, accounts, rooms, sanctions }: Seed, steady: (now: number) => number = (now) => now) {
    this.steady = steady;
    this.nextId = lastId + 1;
    for (const account of accounts) this.addAccount(account);
    for (const record of rooms) this.room(record.name).record = record;
    for (const sanction of sanctions) this.impose(sanction, sanction.ts);
    this.room(DEFAULT_ROOM);
  }

  /** Whether a guest cannot have this name at the time `now`: someone has it, or it is kept free for someone. */
  isTaken(name: string, now: number): boolean {
    return this.#guestNames.has(nameKey(name)) || this.isOwned(name, now);
  }

  /** Whether this is the name of an account, or of a member who is here or may still come back. */
  isOwned(name: string, now: number): boolean {
    const key = nameKey(name);
    const member = this.members.get(key);
    const held =
      member !== undefined &&
      (member.sessions.size > 0 || this.steady(now) - member.goneAt < LIMITS.nameHold);
    return held || this.accountsByKey.has(key);
  }

  addAccount({ id, name, key }: Pick<Account, 'id' | 'name' | 'key'>): void {
    this.accountsByKey.set(key, { author: accountAuthor(id), name });
  }

  /** The connected member with this name. */
  present(name: string): Member | undefined {
    const member = this.members.get(nameKey(name));
    return member && member.sessions.size > 0 ? member : undefined;
  }

  /** Adds a member under its name; the member that had the name before is forgotten. */
  addMember(member: Member): void {
    const before = this.members.get(nameKey(member.name));
    if (before) this.removeMember(before);
    this.members.set(nameKey(member.name), member);
    if (member.token !== undefined) this.membersByToken.set(member.token, member);
    this.membersByAuthor.set(member.author, member);
  }

  /** Forgets a member: its name is free at once. */
  removeMember(member: Member): void {
    if (this.members.get(nameKey(member.name)) === member) this.members.delete(nameKey(member.name));
    if (member.token !== undefined) this.membersByToken.delete(member.token);
    this.membersByAuthor.delete(member.author);
    this.#absent.delete(member);
  }

  addSession(session: Session): void {
    this.sessions.set(session.id, session);
    this.#guestNames.add(nameKey(session.guestName));
  }

  /** Keeps another name free for the connection, in place of its previous one. */
  renameGuest(session: Session, name: string): void {
    this.releaseGuestName(session);
    session.guestName = name;
    this.#guestNames.add(nameKey(name));
  }

  /** Connections that have not joined a room yet and for which this name is kept free. */
  guestsNamed(key: string): Session[] {
    if (!this.#guestNames.has(key)) return [];
    const isNobody = ({ member, login }: Session) => !member && !login;
    return [...this.sessions.values()].filter((one) => isNobody(one) && nameKey(one.guestName) === key);
  }

  /** Gives a member another name; its previous one is free. */
  renameMember(member: Member, name: string): void {
    const key = nameKey(member.name);
    if (this.members.get(key) === member) this.members.delete(key);
    member.name = name;
    this.members.set(nameKey(name), member);
  }

  /** The connection belongs to the account from now on. */
  logIn(session: Session, account: Account, login: LoginSession): void {
    const live = this.live(account);
    this.accounts.set(live.id, live);
    live.connections.add(session);
    session.login = { account: live, session: login };
  }

  /** The account as all its connections share it, or as it would be with its first one. */
  live({ id, name, key, role }: Account): LiveAccount {
    return this.accounts.get(id) ?? { id, name, key, role, connections: new Set() };
  }

  /** The connection no longer belongs to its account, which is forgotten with its last connection. */
  logOut(session: Session): void {
    const live = session.login?.account;
    session.login = undefined;
    if (!live?.connections.delete(session) || live.connections.size > 0) return;
    this.accounts.delete(live.id);
  }

  /** The connection is about to change its owner: bans and mutes of the previous owner still apply to it. */
  remember(session: Session): void {
    const { login, member } = session;
    const author = login ? accountAuthor(login.account.id) : member?.author;
    if (author === undefined) return;
    const former = (session.former ??= new Set()).add(author);
    const [oldest] = former;
    if (oldest !== undefined && former.size > LIMITS.selves) former.delete(oldest);
  }

  removeSession(session: Session): void {
    this.sessions.delete(session.id);
    this.releaseGuestName(session);
    this.logOut(session);
  }

  /** Gives the connection to the member. */
  attach(session: Session, member: Member): void {
    this.releaseGuestName(session);
    session.member = member;
    member.sessions.add(session);
    this.#absent.delete(member);
  }

  /** The member's connection is gone. Absent members are remembered up to a cap; the one gone for longest makes room. */
  detach(session: Session, now: number): void {
    const { member } = session;
    session.member = undefined;
    if (!member?.sessions.delete(session) || member.sessions.size > 0) return;
    member.goneAt = this.steady(now);
    member.presence = 'here';
    member.told = { presence: 'here', at: -Infinity };
    this.restless.delete(member);
    if (this.membersByAuthor.get(member.author) !== member) return;
    this.#absent.add(member);
    const [oldest] = this.#absent;
    if (oldest && this.#absent.size > LIMITS.absentMembers) this.removeMember(oldest);
  }

  /** Puts a ban or mute in force that began at `began` on the steady scale. */
  impose(sanction: Sanction, began: number): Standing {
    const imposed = standing(sanction, began);
    this.sanctions.set(sanction.id, imposed);
    return imposed;
  }

  releaseGuestName(session: Session): void {
    this.#guestNames.delete(nameKey(session.guestName));
  }

  /** The room with this name; it is created if there is none. */
  room(name: string): Room {
    let room = this.rooms.get(name);
    if (!room) {
      room = { name, people: new Map(), audience: new Set(), changes: undefined, record: undefined };
      this.rooms.set(name, room);
    }
    return room;
  }

  /** Puts the connection into the room. True when the member was not in it with another connection. */
  enter(room: Room, session: Session, member: Member): boolean {
    session.currentRoom = room.name;
    if (session.rooms.has(room.name)) return false;
    const before = room.people.get(member) ?? 0;
    room.people.set(member, before + 1);
    room.audience.add(session.id);
    session.rooms.add(room.name);
    return before === 0;
  }

  /** True when the connection may not enter this room because a cap is reached. */
  isFull(session: Session, room: string): boolean {
    if (session.rooms.has(room)) return false;
    if (session.rooms.size >= LIMITS.roomsPerMember) return true;
    return this.rooms.size >= LIMITS.rooms && !this.rooms.has(room);
  }

  /**
   * Takes the connection out of the room. True when that was the member's last one there. An empty room that is not
   * permanent is forgotten.
   */
  exit(room: Room, session: Session, member: Member): boolean {
    if (!session.rooms.delete(room.name)) return false;
    room.audience.delete(session.id);
    if (session.currentRoom === room.name) session.currentRoom = [...session.rooms].at(-1) ?? DEFAULT_ROOM;
    const left = (room.people.get(member) ?? 1) - 1;
    if (left > 0) room.people.set(member, left);
    else room.people.delete(member);
    this.forgetEmpty(room);
    return left === 0;
  }

  /** Rooms come and go with the members in them, except for the default room and the permanent ones. */
  forgetEmpty(room: Room): void {
    const { name, people, record } = room;
    // A room that was removed may have been replaced by another with the same name.
    if (people.size > 0 || name === DEFAULT_ROOM || record || this.rooms.get(name) !== room) return;
    this.rooms.delete(name);
  }
}
