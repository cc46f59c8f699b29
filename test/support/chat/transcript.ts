/** What a server says and a client session sends, as messages: for tests that read like a transcript. */
import { concat } from '#protocol/bytes';
import { FrameDecoder, encodeFrame } from '#protocol/frame';
import {
  type ClientMessage,
  type Server,
  type ServerMessage,
  encodeMessage,
  parseClientMessage,
} from '#protocol/messages';
import type { SessionEvent } from '#session/events';
import { ClientSession, type SessionOptions } from '#session/session';

export const TOKEN = 'ab'.repeat(16);

export const welcome: Server<'welcome'> = {
  type: 'welcome',
  protocol: 1,
  server: 'wireglass',
  wire: 'plain',
  name: 'guest-7',
  room: 'lobby',
  members: [],
  count: 0,
  text: 'Welcome.',
};
export const joined = (change: Partial<Server<'joined'>> = {}): Server<'joined'> => ({
  type: 'joined',
  room: 'lobby',
  name: 'ana',
  token: TOKEN,
  members: ['ana'],
  count: 1,
  messages: [],
  more: false,
  ...change,
});
export const stored = (id: number, from = 'ben', text = `text ${id}`) => ({
  id,
  from,
  text,
  ts: 1_700_000_000_000 + id,
  via: 'tls',
});
export const said = (id: number, room = 'lobby'): Server<'message'> => ({
  type: 'message',
  room,
  ...stored(id),
});
export const refusal = (code: string, change: Partial<Server<'error'>> = {}): Server<'error'> => ({
  type: 'error',
  code,
  message: `refused: ${code}`,
  fatal: false,
  ...change,
});

export function makeSession(options: Partial<SessionOptions> = {}): ClientSession {
  return new ClientSession({ name: 'ana', refPrefix: 'r', historyLimit: 20, ...options });
}

export function hear(session: ClientSession, ...messages: ServerMessage[]): SessionEvent[] {
  session.push(concat(messages.map((message) => encodeFrame(encodeMessage(message)))));
  const events: SessionEvent[] = [];
  for (let event = session.next(); event; event = session.next()) events.push(event);
  return events;
}

export function sent(session: ClientSession): ClientMessage[] {
  const decoder = new FrameDecoder();
  for (let bytes = session.output(); bytes; bytes = session.output()) decoder.push(bytes);
  const messages: ClientMessage[] = [];
  for (let payload = decoder.next(); payload; payload = decoder.next())
    messages.push(parseClientMessage(payload));
  return messages;
}

export function openSession(options: Partial<SessionOptions> = {}): ClientSession {
  const session = makeSession(options);
  session.connected();
  hear(session, welcome);
  sent(session);
  hear(session, joined());
  return session;
}

/** What the session sends now, which must be one request with a ref: that ref. */
export function sentRef(session: ClientSession): string {
  const [first, ...rest] = sent(session);
  if (!first || rest.length > 0 || !('ref' in first) || first.ref === undefined)
    throw new Error(`expected one request with a ref, got ${JSON.stringify([first, ...rest])}`);
  return first.ref;
}

/** Token of a login that the server gives. */
export const LOGIN_TOKEN = '1e'.repeat(32);
export const welcomeOnTls = { ...welcome, wire: 'tls' } as const;

export const authRequired = (change: Partial<Server<'auth_required'>> = {}): Server<'auth_required'> => ({
  type: 'auth_required',
  mode: 'optional',
  allowed: true,
  register: true,
  text: 'You may log in.',
  ...change,
});
export const success = (
  ref: string,
  change: Partial<Server<'auth_success'>> = {},
): Server<'auth_success'> => ({
  type: 'auth_success',
  ref,
  name: 'ana',
  role: 'user',
  token: LOGIN_TOKEN,
  session: 's1',
  expires: 2_000_000_000_000,
  second_factor: false,
  ...change,
});
export const failed = (ref: string, code: string): Server<'auth_failed'> => ({
  type: 'auth_failed',
  ref,
  code,
  message: `refused: ${code}`,
});
/** What an account hears once it is in: it has no guest's token. */
export const { token: _guestToken, ...accountJoined } = joined();

/** In the lobby as the account ana, on the tls wire. */
export function loggedIn(): ClientSession {
  const session = makeSession({ loginFirst: true });
  session.connected();
  hear(session, welcomeOnTls, authRequired());
  session.ask({ type: 'login', name: 'ana', password: 'p' });
  const ref = sentRef(session);
  hear(session, success(ref));
  sent(session);
  hear(session, accountJoined);
  const unread = { ref: sentRef(session) };
  hear(session, { type: 'unread', ref: unread.ref, rooms: [] });
  return session;
}
