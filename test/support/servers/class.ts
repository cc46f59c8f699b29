/** A class in this process, and the devices of those in it: what their pages say and are told, without browsers. */
import { randomBytes } from 'node:crypto';
import { WebSocket } from 'ws';
import { GUESTS_ONLY } from '#chat/policy';
import type { AuditEntry, AuditEvent } from '#chat/records';
import type { SharedKey } from '#channel/psk/keys';
import { parseKeyFile } from '#channel/psk/keys';
import type { ChatClientOptions } from '#client/chat-options';
import { Client } from '#client/client';
import { relayedDial } from '#client/relayed/dial-relayed';
import type { OpenCarrier } from '#client/relayed/relayed-stream';
import type { TapEvent } from '#dissect/model';
import type { ClassAction, ClassMessage, ClassState, Joined } from '#dissect/page-class';
import type { FileNews } from '#dissect/page-file';
import type { ClassQuestion } from '#dissect/page-question';
import type { RoomAttackNow } from '#dissect/page-room-attack';
import { type TapStreamMessage, fromStreamed } from '#dissect/page-stream';
import type { WireName } from '#protocol/wires';
import { type TestWorkbench, startTestWorkbench } from './workbench.ts';

export function startClass(data: string): Promise<TestWorkbench> {
  return startTestWorkbench(data, '127.0.0.1', { classroom: true, tap: true, policy: GUESTS_ONLY });
}

export function codeOf({ classroom }: TestWorkbench): string {
  return classroom?.roster.settings.code ?? '';
}

/** What the audit log has of an event. */
export async function auditOf(
  { web, data }: TestWorkbench,
  event: AuditEvent,
): Promise<readonly AuditEntry[]> {
  const response = await fetch(`http://127.0.0.1:${web.address.port}/api/operator/audit?event=${event}`, {
    headers: { authorization: `Bearer ${data.operatorToken}` },
  });
  return ((await response.json()) as { entries: AuditEntry[] }).entries;
}

/** Where a class is: in this process, or in another. */
export interface ClassPlace {
  /** Of its page. */
  readonly origin: string;
  readonly target: (wire: WireName) => { readonly host: string; readonly port: number };
}

export function placeOf({ web, target }: TestWorkbench): ClassPlace {
  return { origin: `http://127.0.0.1:${web.address.port}`, target };
}

/** What the server answers to a newcomer. */
export async function askToJoin(
  { origin }: ClassPlace,
  body: unknown,
): Promise<{ status: number; json: Record<string, unknown> }> {
  const response = await fetch(`${origin}/api/class/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

/** Somebody joins, with a new device. */
export async function join(place: ClassPlace, code: string, name: string): Promise<Device> {
  const { status, json } = await askToJoin(place, { code, name });
  if (status !== 200) throw new Error(`${name} could not join: ${JSON.stringify(json)}`);
  return new Device(place, (json as unknown as Joined).token);
}

export class Device {
  readonly token: string;
  readonly #place: ClassPlace;
  readonly #sockets: WebSocket[] = [];
  readonly #clients: Client[] = [];
  #page: ClassSocket | undefined;

  constructor(place: ClassPlace, token: string) {
    this.#place = place;
    this.token = token;
  }

  /** A request to the API with this device's token; with a body, a POST of it as JSON. */
  ask(path: string, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}` };
    return fetch(`${this.#place.origin}${path}`, {
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
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
    const socket = new WebSocket(this.#address(path));
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
  async talk(wire: WireName, more: Partial<ChatClientOptions> = {}): Promise<Client> {
    const { host, port } = this.#place.target(wire);
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

  /** Every connection is gone, without a goodbye. */
  cut(): void {
    for (const client of this.#clients.splice(0)) void client.close();
    for (const socket of this.#sockets.splice(0)) socket.terminate();
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.close()));
    for (const socket of this.#sockets.splice(0)) socket.terminate();
  }

  #address(path: string): string {
    return `${this.#place.origin.replace('http', 'ws')}${path}`;
  }

  #carrierSocket(): WebSocket {
    const socket = new WebSocket(this.#address('/ws/wire'));
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

type Answer = Extract<ClassMessage, { readonly ref: number }>;

/** Milliseconds: this only ends what would wait forever. */
const PATIENCE = 60_000;

/** `/ws/class` of one page. */
export class ClassSocket {
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #answers: Answer[] = [];
  readonly #waiting = new Set<() => void>();
  #state: ClassState | undefined;
  #question: ClassQuestion | null = null;
  #attack: RoomAttackNow | null = null;
  #news: FileNews | undefined;
  #ref = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ClassMessage;
      if (message.type === 'state') this.#state = message.state;
      else if (message.type === 'question') this.#question = message.question;
      else if (message.type === 'attack') this.#attack = message.attack;
      else if (message.type === 'file' || message.type === 'file-over') this.#news = message;
      else if (message.type !== 'error') this.#answers.push(message);
      for (const look of this.#waiting) look();
    });
    this.closed = new Promise((resolve) => socket.on('close', (code) => resolve(code)));
  }

  /** Resolves once the page knows something for which `isSo` is true. */
  until(isSo: (state: ClassState) => boolean): Promise<ClassState> {
    return this.#once(() => (this.#state && isSo(this.#state) ? this.#state : undefined));
  }

  /** Resolves once the class is asked something of which `isSo` is true. */
  untilAsked(isSo: (question: ClassQuestion) => boolean = () => true): Promise<ClassQuestion> {
    return this.#once(() => (this.#question && isSo(this.#question) ? this.#question : undefined));
  }

  /** Resolves once the page knows of an attack on the room of which `isSo` is true. */
  untilAttack(isSo: (attack: RoomAttackNow) => boolean = () => true): Promise<RoomAttackNow> {
    return this.#once(() => (this.#attack && isSo(this.#attack) ? this.#attack : undefined));
  }

  /** Resolves once the page knows of none. */
  async untilNoAttack(): Promise<void> {
    await this.#once(() => (this.#attack === null ? true : undefined));
  }

  /** Resolves once the class is asked nothing. */
  async untilNotAsked(): Promise<void> {
    await this.#once(() => (this.#question === null ? true : undefined));
  }

  /** Resolves once the last that the page was told of the file that it has open is such that `isSo` is true. */
  untilFile(isSo: (news: FileNews) => boolean): Promise<FileNews> {
    return this.#once(() => (this.#news && isSo(this.#news) ? this.#news : undefined));
  }

  /** Asks for something, and resolves with the answer. */
  async ask(action: ClassAction): Promise<Answer> {
    await this.until(() => true);
    const ref = ++this.#ref;
    this.#socket.send(JSON.stringify({ ...action, ref }));
    return this.#once(() => this.#answers.find((answer) => answer.ref === ref));
  }

  #once<T>(found: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the page was not told what it waits for')), PATIENCE);
      const look = (): void => {
        const result = found();
        if (result === undefined) return;
        clearTimeout(late);
        this.#waiting.delete(look);
        resolve(result);
      };
      this.#waiting.add(look);
      look();
    });
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
