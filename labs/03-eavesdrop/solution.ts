/** What Eve runs: two decoders, one for each direction, and a list of what was asked and not answered yet. */
import { createFrameDecoder } from './01-frames.ts';

export interface Segment {
  readonly direction: 'c2s' | 's2c';
  readonly bytes: Uint8Array;
}

export interface Login {
  readonly name: string;
  readonly password: string;
}

interface Message {
  readonly type?: unknown;
  readonly ref?: unknown;
  readonly name?: unknown;
  readonly password?: unknown;
}

/** A login or a registration that the client has sent. */
interface Question {
  readonly ref: unknown;
  readonly login: Login;
  accepted: boolean;
}

const MAX_PAYLOAD = 65_536;

/** The accepted logins and registrations, in the order in which they were sent. */
export function findLogins(segments: readonly Segment[]): Login[] {
  const read = { c2s: messageReader(), s2c: messageReader() };
  const asked: Question[] = [];
  for (const { direction, bytes } of segments) {
    for (const message of read[direction](bytes)) {
      if (direction === 'c2s') noteQuestion(message, asked);
      else noteAnswer(message, asked);
    }
  }
  return asked.filter(({ accepted }) => accepted).map(({ login }) => login);
}

function noteQuestion({ type, ref, name, password }: Message, asked: Question[]): void {
  if (type !== 'login' && type !== 'register') return;
  if (typeof name !== 'string' || typeof password !== 'string') return;
  asked.push({ ref, login: { name, password }, accepted: false });
}

/** The server asks for a second factor only once the password was right. */
function noteAnswer({ type, ref }: Message, asked: Question[]): void {
  if (type !== 'auth_success' && type !== 'second_factor_required') return;
  const question = asked.find((each) => each.ref === ref);
  if (question) question.accepted = true;
}

/** A function that takes the next bytes of one direction and gives the messages that they complete. */
function messageReader(): (bytes: Uint8Array) => Generator<Message> {
  const decoder = createFrameDecoder(MAX_PAYLOAD);
  return function* (bytes) {
    decoder.push(bytes);
    for (;;) {
      const payload = nextOf(decoder);
      if (!payload) return;
      yield parse(payload);
    }
  };
}

/** A stream whose boundaries are lost gives no more payloads; what was found before still counts. */
function nextOf(decoder: ReturnType<typeof createFrameDecoder>): Uint8Array | undefined {
  try {
    return decoder.next();
  } catch {
    return undefined;
  }
}

/** The message of a payload. Anything that is no JSON object is a message without fields. */
function parse(payload: Uint8Array): Message {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof json === 'object' && json !== null ? json : {};
  } catch {
    return {};
  }
}
