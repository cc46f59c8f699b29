/** A chat room: who is in it, and what is to be done about each thing that happens. It never touches a socket. */
type Deed = { readonly to: readonly number[]; readonly message: object } | { readonly close: number };

interface Request {
  readonly type: string;
  readonly ref?: string;
  readonly name?: string;
  readonly text?: string;
}

interface Connection {
  readonly wire: string;
  readonly guestName: string;
  /** Set once it has joined. */
  name?: string;
}

const ROOM = 'lobby';
const LONGEST_TEXT = 4000;
const LONGEST_NAME = 32;
const TYPES = ['ping', 'join', 'say', 'leave', 'bye'];

/** What is wrong with what a stranger sent. */
class Refusal extends Error {
  readonly code: string;
  readonly fatal: boolean;

  constructor(code: string, message: string, fatal = true) {
    super(message);
    this.code = code;
    this.fatal = fatal;
  }
}

export function createChat() {
  const connections = new Map<number, Connection>();
  let lastGuest = 0;
  let lastId = 0;

  const members = () => [...connections].filter(([, { name }]) => name !== undefined);
  const names = () => members().map(([, { name }]) => name as string);
  const others = (id: number) =>
    members()
      .map(([member]) => member)
      .filter((member) => member !== id);

  function connected(id: number, wire: string): Deed[] {
    lastGuest += 1;
    connections.set(id, { wire, guestName: `guest-${lastGuest}` });
    const welcome = {
      type: 'welcome',
      protocol: 1,
      server: 'my chat',
      wire,
      name: `guest-${lastGuest}`,
      room: ROOM,
      members: names(),
      count: names().length,
      text: `Welcome. In the room: ${names().join(', ') || 'nobody yet'}.`,
    };
    return [{ to: [id], message: welcome }];
  }

  function received(id: number, text: string): Deed[] {
    const connection = connections.get(id);
    if (!connection) return [];
    try {
      return answer(id, connection, parse(text));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, fatal } = error;
      const refusal = { to: [id], message: { type: 'error', code, message, fatal } };
      return fatal ? [refusal, { close: id }] : [refusal];
    }
  }

  function answer(id: number, connection: Connection, request: Request): Deed[] {
    const { type, ref } = request;
    if (type === 'ping') return [{ to: [id], message: { type: 'pong', ref } }];
    if (type === 'join') return join(id, connection, request);
    if (type === 'say') return say(id, connection, request);
    return [{ close: id }];
  }

  function join(id: number, connection: Connection, { name = connection.guestName }: Request): Deed[] {
    const isNew = connection.name === undefined;
    if (isNew) {
      const taken = names().some((other) => other.toLowerCase() === name.toLowerCase());
      if (taken) throw new Refusal('name_taken', `${name} is in the room already`, false);
      connection.name = name;
    }
    const joined = { type: 'joined', room: ROOM, name: connection.name, members: names() };
    const answer = { to: [id], message: { ...joined, count: names().length, messages: [], more: false } };
    if (!isNew) return [answer];
    const news = { type: 'member_joined', room: ROOM, name, via: connection.wire };
    return [answer, { to: others(id), message: news }];
  }

  function say(id: number, { name, wire }: Connection, { text, ref }: Request): Deed[] {
    if (name === undefined) throw new Refusal('not_joined', 'join the room first', false);
    lastId += 1;
    const about = { id: lastId, room: ROOM, ts: Date.now() };
    return [
      { to: [id], message: { type: 'ack', ref, ...about } },
      { to: others(id), message: { type: 'message', ...about, from: name, text, via: wire } },
    ];
  }

  function gone(id: number): Deed[] {
    const name = connections.get(id)?.name;
    connections.delete(id);
    return name === undefined ? [] : [{ to: others(id), message: { type: 'member_left', room: ROOM, name } }];
  }

  return { connected, received, gone };
}

/** A stranger may send anything: every field is looked at before it is used. */
function parse(text: string): Request {
  const request = parseJson(text);
  if (typeof request !== 'object' || request === null || Array.isArray(request))
    throw new Refusal('bad_message', 'a message is a JSON object');
  const { type, name, ref } = request as Record<string, unknown>;
  if (typeof type !== 'string') throw new Refusal('bad_message', 'a message has a type');
  if (!TYPES.includes(type)) throw new Refusal('unknown_type', `there is no message of type ${type}`);
  if (name !== undefined && !isText(name, LONGEST_NAME)) throw new Refusal('bad_message', 'bad name');
  if (ref !== undefined && !isText(ref, 64)) throw new Refusal('bad_message', 'bad ref');
  if (type === 'say' && !isText((request as Request).text, LONGEST_TEXT))
    throw new Refusal('bad_message', 'bad text');
  return request as Request;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('bad_json', 'that is not JSON');
  }
}

function isText(value: unknown, longest: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= longest;
}
