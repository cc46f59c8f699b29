/** The class of a workbench: what it needs of the server, the store and the network. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { LeadState } from '#dissect/page-class';
import type { ChatServer } from '#runtime/server';
import type { Store } from '#store/store';
import type { Recorder } from '#tap/recorder';
import { Classroom } from '#web/class/classroom';
import { isWildcard } from '#web/guard';
import { reachableAddresses } from '#web/reach';
import { type Web, originOf } from '#web/web';

/**
 * Milliseconds between two looks at the network and the rooms of the chat: a laptop may change the one, phones come one by
 * one, and the chat has moderators of its own.
 */
const LOOK_EVERY = 2_000;

export interface ClassParts {
  readonly server: ChatServer;
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
  store,
  recorder,
  token,
  page,
  keysChanged,
}: ClassParts): Promise<{ readonly classroom: Classroom; readonly stop: () => void }> {
  const reach = (): ReturnType<typeof reachOf> => reachOf(page());
  const classroom = await Classroom.open({
    store: store.classroom,
    token,
    random: (count) => randomBytes(count),
    audit: (entry) => server.audit(entry),
    recorder,
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
  return { classroom, stop: () => clearInterval(timer) };
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
