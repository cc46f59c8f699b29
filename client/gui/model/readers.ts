/** Who could read a message: computed from the wires that it crossed, the keys on them, and whether they are recorded. */
import { type WireName, isProtected, needsKeys, transportOf, wireByName } from '#protocol/wires';

/** This page’s connection, when a message crossed it. */
export interface Leg {
  readonly wire: WireName;
  /** What the connection has agreed on, in words: `psk, aes-256-gcm`. */
  readonly protection: string;
  /** Port of this end of the TCP connection, which the tap knows it by. */
  readonly port: number | undefined;
  /** The server records the traffic, and its secrets. */
  readonly tapped: boolean;
  /** The shared key, where the wire has one. */
  readonly key: { readonly id: string; readonly demo: boolean } | undefined;
  /** Whether the way between this page and the workbench stays on one machine, or is protected by HTTPS. */
  readonly page: 'local' | 'https' | 'http';
  /** All of it is a recording: the client was no page, and whoever has the file has what opens it. */
  readonly recorded?: true;
}

export interface Facts {
  readonly leg: Leg;
  /** sent: from this page; live: it came when it was said; page: it came later, among stored messages. */
  readonly how: 'sent' | 'live' | 'page';
  /** This page’s own name for the message, where it sent it. */
  readonly ref?: string;
}

export interface Reader {
  readonly who: string;
  /** yes: anyone of these; key: whoever has a key, now or later; no: nobody of these. */
  readonly can: 'yes' | 'key' | 'no';
  readonly why: string;
}

export interface Told {
  /** In a few words, for the chip. */
  readonly short: string;
  readonly can: Reader['can'];
  /** The wire that protects least on the way. */
  readonly wire: WireName;
  readonly readers: readonly Reader[];
}

export interface Sent {
  /** Where it was said; `@name` is a private conversation. */
  readonly room: string;
  readonly via: string;
  readonly from: string;
  readonly own: boolean;
  readonly facts: Facts | undefined;
}

/** `via` is the wire that the author used, as the server says. */
export function readersOf({ room, via, from, own, facts }: Sent): Told {
  const authorWire = asWire(via);
  const leg = facts?.leg;
  const ways: Reader[] = [];
  if (own && leg) ways.push(onTheWay('you and the server', leg.wire, leg));
  else {
    if (authorWire)
      ways.push(onTheWay(own ? 'you and the server' : `${from} and the server`, authorWire, undefined));
    if (leg) ways.push(onTheWay('the server and you', leg.wire, leg));
  }
  const wires = own && leg ? [leg.wire] : [authorWire, leg?.wire].filter((wire) => wire !== undefined);
  const wire = wires.toSorted((a, b) => strength(a) - strength(b))[0] ?? 'plain';
  const can = worst(ways);
  return { short: SHORT[can], can, wire, readers: [...ways, ...theRest(leg, room.startsWith('@'))] };
}

const SHORT: Readonly<Record<Reader['can'], string>> = {
  yes: 'anyone on the path',
  key: 'who has the key',
  no: 'not on the path',
};
const ORDER = ['yes', 'key', 'no'] as const;

function worst(ways: readonly Reader[]): Reader['can'] {
  return ORDER.find((can) => ways.some((way) => way.can === can)) ?? 'yes';
}

function strength(wire: WireName): number {
  return wireByName(wire).layers.length * 2 + (needsKeys(wire, 'certificate') ? 1 : 0);
}

function asWire(via: string): WireName | undefined {
  return (['plain', 'psk', 'tls', 'tls+psk'] as const).find((wire) => wire === via);
}

/** What the connection has agreed on, where the wire is named already. */
export function suiteOf({ protection }: Pick<Leg, 'protection'>): string {
  return protection.replace(/^psk, /, '') || 'no protection';
}

function onTheWay(between: string, wire: WireName, leg: Leg | undefined): Reader {
  const who = `On the path between ${between}`;
  const suite = leg ? ` (${suiteOf(leg)})` : '';
  if (!isProtected(wire))
    return { who, can: 'yes', why: 'The plain wire protects nothing: its bytes are the text.' };
  if (transportOf(wireByName(wire)) === 'tls')
    return {
      who,
      can: 'no',
      why: `TLS on the ${wire} wire${suite}: the keys were made for this connection, and only its two ends had them.`,
    };
  const key = leg?.key;
  const whose = key?.demo
    ? `“${key.id}”, a demo key that everyone who may open this page has`
    : key
      ? `“${key.id}”`
      : 'the shared key of the server';
  return {
    who,
    can: 'key',
    why: `The ${wire} wire${suite}: whoever has ${whose}, today or later, can open what was recorded. There is no forward secrecy.`,
  };
}

function theRest(leg: Leg | undefined, isPrivate: boolean): readonly Reader[] {
  const rest: Reader[] = [];
  if (leg && !leg.recorded) rest.push(...inTheWorkbench(leg));
  rest.push({
    who: 'The server',
    can: 'yes',
    why: 'It opens every message, stores it and sends it on. None of the wires is end to end.',
  });
  if (leg?.recorded)
    rest.push({
      who: 'Everyone who has the recording',
      can: 'yes',
      why: 'The secrets of its connections are in the file, to show what is inside.',
    });
  else if (leg?.tapped)
    rest.push({
      who: 'Everyone who may open the inspector',
      can: 'yes',
      why: 'This workbench records its wires together with their keys, to show what is inside.',
    });
  rest.push({
    who: isPrivate ? 'The other member' : 'Others who were in the room',
    can: 'yes',
    why: isPrivate
      ? 'The message crosses to them over a wire of their own. If that is plain, anyone on that path can read it.'
      : 'Each received it over a wire of their own. If one of them is on plain, anyone on that path could read it.',
  });
  return rest;
}

/** What lies between this page and the wire. */
function inTheWorkbench(leg: Leg): readonly Reader[] {
  const inPage = transportOf(wireByName(leg.wire)) === undefined || needsKeys(leg.wire, 'shared');
  const sealed = needsKeys(leg.wire, 'shared');
  const who = 'Between this page and the workbench';
  if (sealed)
    return [
      {
        who,
        can: 'key',
        why: 'The psk channel runs in this page, so the workbench relays sealed records only.',
      },
    ];
  const where = inPage
    ? 'The bytes of the plain wire'
    : 'TLS ends in the workbench, not in this page: what is inside';
  const how: Readonly<Record<Leg['page'], Reader>> = {
    local: { who, can: 'no', why: `${where} crosses a WebSocket that does not leave this machine.` },
    https: { who, can: 'no', why: `${where} crosses a WebSocket over HTTPS.` },
    http: { who, can: 'yes', why: `${where} crosses a WebSocket over HTTP, in the clear, on this network.` },
  };
  return [how[leg.page]];
}

/** The present wire in one sentence, for whoever is about to send. */
export function promiseOf(leg: Pick<Leg, 'wire' | 'key' | 'page'>): string {
  const { wire, key, page } = leg;
  const overHttp =
    page === 'http' ? ' Between this page and the workbench it crosses the network in the clear.' : '';
  switch (wire) {
    case 'plain':
      return 'Nothing is protected: anyone on the path reads and changes what you send.';
    case 'psk':
      return `Sealed in this page under ${key?.demo ? 'a demo key, which everyone who opens this page has' : 'your shared key, which stays in this tab'}.`;
    case 'tls':
      return `Protected by TLS from the workbench on: TLS ends in its relay, not in this page.${overHttp}`;
    case 'tls+psk':
      return `Sealed in this page under ${key?.demo ? 'a demo key' : 'your shared key'}, and inside TLS from the workbench on: TLS ends in its relay, not in this page.`;
  }
}
