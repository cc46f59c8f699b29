/** The state of the chat server, as the operator's commands show it. */
import type { ConnectionRow, RoomRow, Status } from './answers.ts';
import { type ChatServer, flowName } from '#runtime/server';
import { WIRE_NAMES, type WireName } from '#protocol/messages';

/** Counts from the store. */
export interface Counts {
  readonly accounts: number;
  readonly messages: number;
  readonly bytes: number;
}

/** The part of the status that comes from the server and the counts; the routes add the rest. */
export function statusOf(
  server: ChatServer,
  { accounts, messages, bytes }: Counts,
): Omit<Status, 'version' | 'host' | 'devices' | 'certificateEnds' | 'problems'> {
  const { state, tally } = server.hub;
  const { rss, heapUsed } = process.memoryUsage();
  return {
    pid: process.pid,
    started: tally.startedAt,
    connections: Object.fromEntries(connectionsByWire(server)) as Status['connections'],
    members: memberCount(server),
    rooms: state.rooms.size,
    accounts,
    messages,
    pendingCommits: state.pendingCommits,
    passwordsWaiting: server.passwords.waiting,
    memory: { resident: rss, heap: heapUsed },
    databaseBytes: bytes,
  };
}

export function connectionsByWire({ hub }: Pick<ChatServer, 'hub'>): ReadonlyMap<WireName, number> {
  const counts = new Map<WireName, number>(WIRE_NAMES.map((wire) => [wire, 0]));
  for (const { wire } of hub.connections.values()) counts.set(wire, (counts.get(wire) ?? 0) + 1);
  return counts;
}

/** A person with several connections counts once. */
export function memberCount({ hub }: Pick<ChatServer, 'hub'>): number {
  const members = new Set([...hub.state.sessions.values()].map(({ member }) => member));
  members.delete(undefined);
  return members.size;
}

export function connectionRows(server: ChatServer): ConnectionRow[] {
  const { hub } = server;
  const traffic = server.trafficByFlow();
  return [...hub.connections.values()].map(({ id, wire, peer, address, since, backlog }) => {
    const { login, member, rooms = [] } = hub.state.sessions.get(id) ?? {};
    const guest = { name: member?.name ?? '', role: member ? ('guest' as const) : ('nobody' as const) };
    const { name, role } = login?.account ?? guest;
    const { in: received = 0, out: sent = 0 } = traffic.get(flowName(wire, peer)) ?? {};
    return { id, wire, address, name, role, since, rooms: [...rooms], received, sent, backlog };
  });
}

export function roomRows({ hub }: ChatServer): RoomRow[] {
  const rows = [...hub.state.rooms.values()].map(({ name, people, audience, record }) => ({
    name,
    members: people.size,
    connections: audience.size,
    access: record?.access ?? ('public' as const),
    kept: record !== undefined,
    locked: record?.locked ?? false,
    slow: record?.slow ?? 0,
  }));
  return rows.sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1));
}
