/** A program on a host of the network: does what it is told on standard input, a line each, and answers with a line. */
import { createInterface } from 'node:readline';
import { ChatClient, type ChatClientOptions } from '#client/chat-client';
import type { Client } from '#client/client';
import type { SharedKey } from '#channel/psk/keys';
import { toHex } from '#protocol/bytes';
import type { WireName } from '#protocol/wires';
import { type ClassPlace, type Device, type TapEvents, join } from '../../support/servers/class.ts';
import { knockAt, knockAtSockets } from '../../support/servers/doors.ts';
import {
  type Barged,
  CAME_IN,
  type JoinedAs,
  type Knocked,
  type Order,
  type Secrets,
  type Talked,
  type Where,
} from './contract.ts';

const PATIENCE_MS = 60_000;
const WRONG_TOKEN = 'f'.repeat(64);
/** Of a host that is behind the others by a lost packet or two. */
const SETTLE_MS = 1_000;

interface Member {
  readonly place: ClassPlace;
  readonly name: string;
  readonly device: Device;
  readonly tap: TapEvents;
  readonly ca: string;
  readonly key: SharedKey;
}

type OrderTo<T extends Order['do']> = Extract<Order, { readonly do: T }>;

let member: Member | undefined;
/** By room. */
const clients = new Map<string, Client>();
const heard = new Map<string, number>();

for await (const line of createInterface(process.stdin)) {
  const answer = await carriedOut(JSON.parse(line) as Order).catch((error: unknown) => ({
    failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit();

async function carriedOut(order: Order): Promise<object> {
  switch (order.do) {
    case 'join':
      return joinClass(order);
    case 'enter':
      return enter(order);
    case 'talk':
      return talk(order);
    case 'secrets':
      return secrets();
    case 'knock':
      return knock(order);
    case 'barge':
      return barge(order);
  }
}

async function joinClass({ where, code, name }: OrderTo<'join'>): Promise<JoinedAs> {
  const place = placeAt(where);
  const device = await join(place, code, name);
  const tap = device.tap();
  const { me } = await device.page.until(() => true);
  const ca = await (await device.ask('/api/ca.pem')).text();
  const key = await device.key();
  member = { place, name: me.name, device, tap, ca, key };
  return { name: me.name, token: device.token, key: { id: key.id, hex: toHex(key.key) }, ca };
}

async function enter({ wire, room, way }: OrderTo<'enter'>): Promise<object> {
  const { device, place, ca, key } = joined();
  const client =
    way === 'relay'
      ? await device.talk(wire, { room, queueLimit: 100 })
      : new ChatClient({
          wire,
          ...place.target(wire),
          ca,
          keys: [key],
          room,
          reconnect: false,
        });
  if (way === 'direct') await client.connect();
  client.subscribe((event) => {
    if (event.type === 'message') heard.set(event.text, Date.now());
  });
  clients.set(room, client);
  return { name: client.name };
}

async function talk({ room, say, expect }: OrderTo<'talk'>): Promise<Talked> {
  const client = clients.get(room);
  if (!client) throw new Error(`not in the room ${room}`);
  const said = Date.now();
  await client.say(say);
  const deadline = said + PATIENCE_MS;
  while (!expect.every((text) => heard.has(text))) {
    if (Date.now() > deadline)
      throw new Error(`never heard “${expect.find((text) => !heard.has(text)) ?? ''}”`);
    await pause(5);
  }
  return { said, heard: expect.map((text) => heard.get(text) ?? NaN) };
}

async function secrets(): Promise<Secrets> {
  await pause(SETTLE_MS);
  return { lines: joined().tap.events.flatMap((event) => (event.kind === 'secret' ? [event.line] : [])) };
}

async function knock({ origin, doors }: OrderTo<'knock'>): Promise<Knocked> {
  const wrong = { authorization: `Bearer ${WRONG_TOKEN}` };
  return {
    knocks: [
      ...(await knockAt(origin, doors, {})),
      ...(await knockAt(origin, doors, wrong)),
      ...(await knockAtSockets(origin, undefined)),
      ...(await knockAtSockets(origin, WRONG_TOKEN)),
    ],
  };
}

async function barge({ where, ca }: OrderTo<'barge'>): Promise<Barged> {
  const came: Partial<Record<WireName, string>> = {};
  for (const { wire, host, port } of where.wires)
    came[wire] = await tried({ wire, host, port, ca, keys: [], reconnect: false });
  return came;
}

async function tried(options: ChatClientOptions): Promise<string> {
  try {
    const client = new ChatClient(options);
    await client.connect().finally(() => void client.close());
    return CAME_IN;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function placeAt({ origin, wires }: Where): ClassPlace {
  return { origin, target: (wire) => wires.find((row) => row.wire === wire) ?? { host: '', port: 0 } };
}

function joined(): Member {
  if (!member) throw new Error('has not joined yet');
  return member;
}

function pause(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, time));
}
