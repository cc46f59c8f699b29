/** The class of a workbench: what it needs of the server, the store and the network. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Stage } from '#attacks/stage/stage';
import type { LeadState } from '#dissect/page-class';
import type { ChatServer } from '#runtime/server';
import type { Store } from '#store/store';
import type { Recorder } from '#tap/recorder';
import { StandingFlows } from '#tap/step-in';
import { Classroom } from '#web/class/classroom';
import type { AttackGround } from '#web/class/room-attacks';
import { isWildcard } from '#web/guard';
import { reachableAddresses } from '#web/reach';
import { type Web, originOf } from '#web/web';
import type { Wires } from './wires.ts';

/**
 * Milliseconds between two looks at the network and the rooms of the chat: a laptop may change the one, phones come one by
 * one, and the chat has moderators of its own.
 */
const LOOK_EVERY = 2_000;

export interface ClassParts {
  readonly server: ChatServer;
  readonly wires: Pick<Wires, 'taps' | 'rows'>;
  /** Where Mallory comes from. */
  readonly attacks: Stage;
  readonly store: Store;
  readonly recorder: Recorder | undefined;
  /** The token of the start link. */
  readonly token: string;
  /** The page, once it is open. */
  readonly page: () => Web | undefined;
  readonly keysChanged: () => void;
}

export async function openClass({
  server,
  wires,
  attacks,
  store,
  recorder,
  token,
  page,
  keysChanged,
}: ClassParts): Promise<{ readonly classroom: Classroom; readonly stop: () => Promise<void> }> {
  const reach = (): ReturnType<typeof reachOf> => reachOf(page());
  const classroom = await Classroom.open({
    store: store.classroom,
    token,
    random: (count) => randomBytes(count),
    audit: (entry) => server.audit(entry),
    recorder,
    ground: recorder && groundOf({ server, wires, attacks, recorder }),
    wiresOf: (account) =>
      [...(server.hub.state.accounts.get(account)?.connections ?? [])].map(({ wire }) => wire),
    added: (account) => server.accountAdded(account),
    gone: (account) => server.accountRemoved(account),
    keysChanged,
    reach,
    rooms: () => server.hub.state.rooms.values(),
    askChat: (request, account) => server.operate(request, account),
  });
  const look = () => ({ reach: reach(), rooms: classroom.rooms });
  let last = look();
  const timer = setInterval(() => {
    const now = look();
    if (!isDeepStrictEqual(last, now)) classroom.changed(true);
    last = now;
  }, LOOK_EVERY).unref();
  return {
    classroom,
    stop: () => {
      clearInterval(timer);
      return classroom.attacks.close();
    },
  };
}

/** What an attack on the room needs: the taps, the chat's connections, and Mallory in a process of her own. */
function groundOf({
  server: { hub },
  wires,
  attacks,
  recorder,
}: Pick<ClassParts, 'server' | 'wires' | 'attacks'> & { readonly recorder: Recorder }): AttackGround {
  const standing = new StandingFlows(() => wires.taps, recorder);
  return {
    openPath: (place, tell) => attacks.rooms.open(place, tell),
    portOf: (wire) => wires.rows().find((row) => row.wire === wire && row.state === 'open')?.port,
    find: (flow) => standing.find(flow),
    sessionOf: (wire, from) => {
      const own = [...hub.connections.values()].find((each) => each.wire === wire && each.peer === from);
      return own && (hub.state.sessions.get(own.id)?.rooms.size ?? 0) > 0 ? own.id : undefined;
    },
  };
}

function reachOf(page: Web | undefined): Pick<LeadState, 'links' | 'reached'> {
  if (!page) return { links: [], reached: false };
  const { host, port } = page.address;
  const hosts = isWildcard(host) ? reachableAddresses() : [host];
  return {
    links: hosts.map((each) => originOf(each, port)),
    reached: page.devices.count > 0,
  };
}
