/** A class in this process, and the devices of those in it: what their pages say and are told, without browsers. */
import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { GUESTS_ONLY } from '#chat/policy';
import type { SharedKey } from '#channel/psk/keys';
import { parseKeyFile } from '#channel/psk/keys';
import { Client } from '#client/client';
import { relayedDial } from '#client/relayed/dial-relayed';
import type { OpenCarrier } from '#client/relayed/relayed-stream';
import type { TapEvent } from '#dissect/model';
import type { ClassAction, ClassMessage, ClassState, Joined } from '#dissect/page-class';
import { type TapStreamMessage, fromStreamed } from '#dissect/page-stream';
import type { WireName } from '#protocol/wires';
import { type TestWorkbench, startTestWorkbench } from './workbench.ts';

export function startClass(data: string): Promise<TestWorkbench> {
  return startTestWorkbench(data, '127.0.0.1', { classroom: true, tap: true, policy: GUESTS_ONLY });
}

export function codeOf({ classroom }: TestWorkbench): string {
  return classroom?.roster.settings.code ?? '';
}

/** What the server answers to a newcomer. */
export async function askToJoin(
  workbench: TestWorkbench,
  body: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${originOf(workbench)}/api/class/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Somebody joins, with a new device. */
export async function join(workbench: TestWorkbench, name: string): Promise<Device> {
  const { status, json } = await askToJoin(workbench, { code: codeOf(workbench), name });
  expect([status, json['name']]).toEqual([200, name]);
  return new Device(workbench, (json as unknown as Joined).token);
}

/** The device of the instructor, whom the token of the start link lets in. */
export function instructor(workbench: TestWorkbench): Device {
  return new Device(workbench, workbench.data.token);
}

export class Device {
  readonly token: string;
  readonly #workbench: TestWorkbench;
  readonly #sockets: WebSocket[] = [];
  readonly #clients: Client[] = [];
  #page: ClassSocket | undefined;

  constructor(workbench: TestWorkbench, token: string) {
    this.#workbench = workbench;
    this.token = token;
  }

  /** A request to the API with this device's token. */
  ask(path: string): Promise<Response> {
    return fetch(`${originOf(this.#workbench)}${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
  }

  /** The page's socket of the class, which stays open. */
  get page(): ClassSocket {
    return (this.#page ??= new ClassSocket(this.open('/ws/class')));
  }

  /** What the page's tap stream brings from now on, with what is held. */
  tap(): TapEvents {
    return new TapEvents(this.open('/ws/tap'));
  }

  open(path: string): WebSocket {
    const socket = new WebSocket(`${originOf(this.#workbench).replace('http', 'ws')}${path}`);
    this.#sockets.push(socket);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token: this.token })));
    socket.on('error', () => undefined);
    return socket;
  }

  /** The key with which this device talks on the psk wires. */
  async key(): Promise<SharedKey> {
    const [key] = parseKeyFile(await (await this.ask('/api/demo-psk')).text());
    if (!key) throw new Error('there is no key for this device');
    return key;
  }

  /** Talks over the relay, as a chat window in a page does. */
  async talk(wire: WireName, more: { readonly name?: string; readonly room?: string } = {}): Promise<Client> {
    const { host, port } = this.#workbench.target(wire);
    const open: OpenCarrier = (listener) => carrier(this.#carrierSocket(), listener);
    const dial = relayedDial({ open, token: () => this.token, random: randomBytes });
    const client = new Client(
      { wire, host, port, keys: [await this.key()], queueLimit: 1, reconnect: false, ...more },
      { dial, refPrefix: randomBytes(12).toString('base64url') },
    );
    this.#clients.push(client);
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
    for (const socket of this.#sockets.splice(0)) socket.terminate();
  }

  #carrierSocket(): WebSocket {
    const socket = new WebSocket(`${originOf(this.#workbench).replace('http', 'ws')}/ws/wire`);
    this.#sockets.push(socket);
    return socket;
  }
}

function carrier(socket: WebSocket, listener: Parameters<OpenCarrier>[0]): WebSocket {
  socket.on('open', () => listener.opened());
  socket.on('message', (data: Buffer, binary: boolean) =>
    binary ? listener.bytes(new Uint8Array(data)) : listener.text(data.toString()),
  );
  socket.on('error', () => undefined);
  socket.on('close', () => listener.closed());
  return socket;
}

/** `/ws/class` of one page. */
export class ClassSocket {
  readonly #socket: WebSocket;
  readonly #told: ClassMessage[] = [];
  readonly closed: Promise<number>;
  #ref = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => this.#told.push(JSON.parse(data.toString()) as ClassMessage));
    this.closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
  }

  /** What the page knows of the class now. */
  get state(): ClassState | undefined {
    return this.#told.findLast((message) => message.type === 'state')?.state;
  }

  /** Resolves once the page knows something for which `isSo` is true. */
  async until(isSo: (state: ClassState) => boolean): Promise<ClassState> {
    await expect.poll(() => this.state !== undefined && isSo(this.state)).toBe(true);
    return this.state as ClassState;
  }

  /** Asks for something, and resolves with the answer. */
  async ask(action: ClassAction): Promise<Exclude<ClassMessage, { type: 'state' | 'error' }>> {
    await this.until(() => true);
    const ref = ++this.#ref;
    this.#socket.send(JSON.stringify({ ...action, ref }));
    const isAnswer = (message: ClassMessage) => 'ref' in message && message.ref === ref;
    await expect.poll(() => this.#told.some(isAnswer)).toBe(true);
    return this.#told.find(isAnswer) as Exclude<ClassMessage, { type: 'state' | 'error' }>;
  }
}

/** `/ws/tap` of one page. */
export class TapEvents {
  readonly #told: TapStreamMessage[] = [];

  constructor(socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.#told.push(JSON.parse(data.toString()) as TapStreamMessage));
  }

  get isReady(): boolean {
    return this.#told.length > 0;
  }

  /** Everything that the page holds: what it was told to forget is gone. */
  get events(): TapEvent[] {
    let events: TapEvent[] = [];
    for (const message of this.#told) {
      if (message.type === 'events') events.push(...message.events.map(fromStreamed));
      if (message.type === 'forget')
        events = events.filter(({ flow }) => flow === undefined || !message.flows.includes(flow));
    }
    return events;
  }
}

function originOf({ web }: TestWorkbench): string {
  return `http://127.0.0.1:${web.address.port}`;
}
