/**
 * Chat clients of a server that is killed, in a process of their own. Reads an order; prints an empty object when all
 * are in. For each further line one client says some messages; for `{"wait": true}` it says them while the server is
 * gone, and the answer comes when everyone is back and has read all of them.
 */
import { createInterface } from 'node:readline';
import type { ReturnOrder, ReturnResult } from '../contract.ts';
import { PSK_ID } from '../contract.ts';
import { ChatClient } from '#client/chat-client';
import { fromHex } from '#protocol/bytes';

/** Connections opened at the same time at first; how they come back is up to the clients themselves. */
const AT_ONCE = 64;
const MESSAGES = 20;

interface Member {
  readonly client: ChatClient;
  /** Texts in the order in which they were read. */
  readonly read: string[];
  isOpen: boolean;
}

const lines = createInterface(process.stdin)[Symbol.asyncIterator]();
const order = await nextLine<ReturnOrder>();
const members: Member[] = [];
const said: string[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, connectSome));
answer({});
for (;;) {
  const { wait } = await nextLine<{ readonly wait?: boolean }>();
  const acknowledged = say();
  if (wait) await until(() => members.every(isBack));
  await acknowledged;
  answer({
    duplicated: members.filter(({ read }) => read.length > said.length).length,
  } satisfies ReturnResult);
}

async function connectSome(): Promise<void> {
  while (members.length < order.clients) {
    const { kind: wire, port, ca, psk } = order;
    const keys = [{ id: PSK_ID, key: fromHex(psk) as Uint8Array }];
    const host = '127.0.0.1';
    const client = new ChatClient({ wire, host, port, ca, keys, servername: 'localhost', queueLimit: 1 });
    const member: Member = { client, read: [], isOpen: false };
    members.push(member);
    client.subscribe((event) => {
      if (event.type === 'state') member.isOpen = event.state === 'open';
      else if (event.type === 'message') member.read.push(event.text);
    });
    await client.connect();
  }
}

/** The talker sees its own messages only as acknowledgements. */
async function say(): Promise<void> {
  const [talker] = members as [Member];
  const texts = Array.from({ length: MESSAGES }, (_, index) => `message ${said.length + index}`);
  said.push(...texts);
  await Promise.all(texts.map((text) => talker.client.say(text)));
  talker.read.push(...texts);
}

function isBack({ isOpen, read }: Member): boolean {
  return isOpen && read.length >= said.length && said.every((text, index) => read[index] === text);
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function nextLine<T>(): Promise<T> {
  const { value, done } = await lines.next();
  if (done) process.exit(0);
  return JSON.parse(String(value)) as T;
}

function answer(value: object): void {
  console.log(JSON.stringify(value));
}
