/** What the eavesdropper's program of lab 03 must find, and what it must not take for a login. */
import type { Check } from '#judge/check';
import { describe, fail, must, mustEqual } from '#judge/failure';
import { type PieceObject, PieceThrew } from '#judge/piece';
import type { Random } from '#judge/random';
import { concat, utf8 } from '#protocol/bytes';
import { encodeFrame } from '#protocol/frame';
import { type ClientMessage, type ServerMessage, encodeMessage } from '#protocol/messages';
import { counted } from '#protocol/shown';

const ABOUT = 'findLogins';
const LOOK = { wire: 'plain', filter: 'msg.password' };

type Direction = 'c2s' | 's2c';
interface Segment {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}
interface Login {
  readonly name: string;
  readonly password: string;
}

export const CHECKS: readonly Check[] = [
  {
    id: 'a-login',
    requires: 'A login that the server accepted is found: its name and its password.',
    why: 'On a plain wire, the password crosses as it was typed.',
    about: ABOUT,
    look: LOOK,
    run: async ({ piece, random }) => {
      const login = loginFrom(random);
      await mustFind(piece, [...greeting(), ...accepted(login, refFrom(random))], [login]);
    },
  },
  {
    id: 'a-registration',
    requires: 'A new account is found, too.',
    why: 'A registration carries the password as a login does, and it will be used again.',
    about: ABOUT,
    look: LOOK,
    run: async ({ piece, random }) => {
      const [first, second] = [loginFrom(random), loginFrom(random)];
      const wire = [...accepted(first, refFrom(random), 'register'), ...accepted(second, refFrom(random))];
      await mustFind(piece, wire, [first, second]);
    },
  },
  {
    id: 'cut-anywhere',
    requires: 'Logins are found wherever TCP has cut the stream, also in the middle of a letter.',
    why: 'A capture has segments, not messages: most logins will not begin where a segment does.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      for (const longest of [1, 5, 60, 4_000]) {
        const logins = Array.from({ length: 8 }, () => loginFrom(random, 'é🔑'));
        const wire = [
          ...greeting(),
          ...logins.flatMap((login) => [...talk(random), ...accepted(login, refFrom(random))]),
        ];
        await mustFind(
          piece,
          glued(wire).flatMap((segment) => cut(segment, random, longest)),
          logins,
        );
      }
    },
  },
  {
    id: 'both-directions',
    requires: 'Each direction is a stream of its own, although their segments are mixed.',
    why: 'TCP carries two streams: the server may speak while half a frame of the client is on its way.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const login = loginFrom(random);
      const wire = [...talk(random), ...accepted(login, refFrom(random)), ...talk(random)];
      // Every segment of one direction is followed by one of the other, as long as there are any.
      const [mine, theirs] = (['c2s', 's2c'] as const).map((direction) =>
        random.pieces(
          concat(wire.filter((segment) => segment.direction === direction).map(({ bytes }) => bytes)),
          9,
        ),
      ) as [Uint8Array[], Uint8Array[]];
      const mixed = Array.from({ length: Math.max(mine.length, theirs.length) }, (_, i) => [
        ...mine.slice(i, i + 1).map((bytes) => ({ direction: 'c2s' as const, bytes })),
        ...theirs.slice(i, i + 1).map((bytes) => ({ direction: 's2c' as const, bytes })),
      ]);
      await mustFind(piece, mixed.flat(), [login]);
    },
  },
  {
    id: 'only-accepted',
    requires: 'A login that the server refused, or has not answered, is not reported.',
    why: 'People mistype. Only the answer of the server says which password is the right one.',
    about: ABOUT,
    look: { wire: 'plain', filter: 'msg.type in {"auth_success", "auth_failed"}' },
    run: async ({ piece, random }) => {
      const login = loginFrom(random);
      const wrong = { ...login, password: random.word(8) };
      const wire = [
        ...refused(wrong, refFrom(random)),
        ...accepted(login, refFrom(random)),
        sent({ type: 'login', ...loginFrom(random), ref: refFrom(random) }),
      ];
      await mustFind(piece, wire, [login]);
    },
  },
  {
    id: 'answer-by-ref',
    requires: 'The answer to a login is the one that repeats its ref, whatever else comes in between.',
    why: 'A client may ask several things before the first is answered; taking the next answer accuses the wrong one.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const [login, other, last] = [loginFrom(random), loginFrom(random), loginFrom(random)];
      const [a, b, c, d] = [refFrom(random), refFrom(random), refFrom(random), refFrom(random)];
      const message = 'the name or the password is wrong';
      const wire = [
        sent({ type: 'login', ...other, ref: a }),
        sent({ type: 'resume', token: hexFrom(random, 64), ref: b }),
        sent({ type: 'login', ...login, ref: c }),
        sent({ type: 'login', ...last, ref: d }),
        heard({ type: 'auth_failed', ref: a, code: 'bad_credentials', message }),
        heard(success(other.name, b, random)),
        heard({
          type: 'error',
          code: 'no_such_room',
          message: 'there is no room of this name',
          fatal: false,
          ref: b,
        }),
        heard(success(login.name, c, random)),
        heard({ type: 'auth_failed', ref: d, code: 'bad_credentials', message }),
      ];
      await mustFind(piece, wire, [login]);
    },
  },
  {
    id: 'second-factor',
    requires: 'A password after which the server asks for a second factor counts as accepted.',
    why: 'The server asks for the code only once the password was right, and so it tells Eve that it was.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const login = loginFrom(random);
      const [a, b] = [refFrom(random), refFrom(random)];
      const wire = [
        sent({ type: 'login', ...login, ref: a }),
        heard({ type: 'second_factor_required', ref: a }),
        sent({ type: 'second_factor', code: String(random.between(100_000, 999_999)), ref: b }),
        heard(success(login.name, b, random)),
      ];
      await mustFind(piece, wire, [login]);
    },
  },
  {
    id: 'words-in-texts',
    requires: 'What somebody only says about a login is not taken for one.',
    why: 'Text in a message is data: a program that searches the bytes for a word believes anyone who writes it.',
    about: ABOUT,
    look: { wire: 'plain', filter: 'msg.text contains "password"' },
    run: async ({ piece, random }) => {
      const login = loginFrom(random);
      const fake = { type: 'login', ...loginFrom(random), ref: refFrom(random) } as const;
      const text = JSON.stringify(fake);
      const wire = [
        sent({ type: 'say', text, ref: refFrom(random) }),
        heard({ type: 'message', id: 7, room: 'lobby', from: 'eve', text, ts: 1, via: 'plain' }),
        { direction: 's2c', bytes: encodeFrame(utf8(text)) } as const,
        heard(success(fake.name, fake.ref, random)),
        sent({ type: 'password', old: login.password, new: random.word(9), ref: refFrom(random) }),
        ...accepted(login, refFrom(random)),
      ];
      await mustFind(piece, wire, [login]);
    },
  },
  {
    id: 'escaped',
    requires: 'Names and passwords come out as they were typed, however the JSON spells them.',
    why: 'JSON may write é as \\u00e9 and must write " as \\"; a regular expression gets the spelling, not the password.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const login = { name: `zoë-${random.word(4)}`, password: `"${random.word(3)}\\\n{}[],:é🔑"` };
      const ref = refFrom(random);
      const spelled = (value: string): string =>
        `"${[...Array(value.length).keys()].map((i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`).join('')}"`;
      const json = `{ "ref" :"${ref}",\n"password": ${spelled(login.password)}, "name":${spelled(login.name)} , "type": ${spelled('login')} }`;
      const wire = [
        ...accepted(login, refFrom(random)),
        { direction: 'c2s', bytes: encodeFrame(utf8(json)) } as const,
        heard(success(login.name, ref, random)),
      ];
      await mustFind(piece, wire, [login, login]);
    },
  },
  {
    id: 'keeps-what-it-found',
    requires:
      'What was found before a broken frame is still reported, and so is the end of a capture inside a frame.',
    why: 'Captures begin and end anywhere, and people send nonsense: that must not cost the rest.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const endings: Record<string, Uint8Array> = {
        'a frame that is not JSON': encodeFrame(utf8('login ana secret')),
        'a frame with null': encodeFrame(utf8('null')),
        'a frame with a list': encodeFrame(utf8('["login"]')),
        'bytes that are not UTF-8': encodeFrame(Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d)),
        'a length above the cap': Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7b),
        'half a frame': encodeFrame(utf8('{"type":"login","name":"a","password":"b"}')).subarray(0, 30),
        'half a length': Uint8Array.of(0, 0),
      };
      for (const [what, bytes] of Object.entries(endings)) {
        const login = loginFrom(random);
        const ref = refFrom(random);
        const wire = [
          sent({ type: 'login', ...login, ref }),
          { direction: 'c2s', bytes } as const,
          heard(success(login.name, ref, random)),
          { direction: 's2c', bytes } as const,
        ];
        await mustFind(piece, wire, [login], `an accepted login, then ${what}`);
      }
    },
  },
  {
    id: 'independent',
    requires: 'Each call looks at its own capture only.',
    why: 'Two connections use the same refs for different people.',
    about: ABOUT,
    run: async ({ piece, random }) => {
      const [first, second, ref] = [loginFrom(random), loginFrom(random), refFrom(random)];
      const unfinished = [...accepted(first, ref), { direction: 'c2s', bytes: Uint8Array.of(0, 0) } as const];
      await mustFind(piece, unfinished, [first]);
      await mustFind(piece, accepted(second, ref), [second]);
      await mustFind(piece, [heard(success(first.name, ref, random))], []);
    },
  },
];

async function mustFind(
  piece: PieceObject,
  segments: readonly Segment[],
  expected: readonly Login[],
  input = `${counted(segments.length, 'segment')} with ${counted(expected.length, 'accepted login')}`,
): Promise<void> {
  const given = await piece.call(ABOUT, segments).catch((error: unknown) => {
    if (error instanceof PieceThrew) fail({ what: error.message, thrown: error.thrown, input });
    throw error;
  });
  must(Array.isArray(given), { what: `what ${ABOUT} returns is not a list`, got: describe(given), input });
  const found: readonly unknown[] = given;
  for (const [i, login] of expected.entries()) {
    if (i >= found.length) break;
    const { name, password } = (found[i] ?? {}) as Partial<Login>;
    mustEqual(name, login.name, `the name of login ${i + 1}, of ${input},`);
    mustEqual(password, login.password, `the password of login ${i + 1}, of ${input},`);
  }
  must(found.length === expected.length, {
    what: found.length < expected.length ? 'logins are missing' : 'more is reported than was accepted',
    expected: counted(expected.length, 'login'),
    got: found.length > expected.length ? `also ${describe(found[expected.length])}` : String(found.length),
    input,
  });
}

function sent(message: ClientMessage): Segment {
  return { direction: 'c2s', bytes: encodeFrame(encodeMessage(message)) };
}

function heard(message: ServerMessage): Segment {
  return { direction: 's2c', bytes: encodeFrame(encodeMessage(message)) };
}

/** What the server says first. */
function greeting(): Segment[] {
  const text =
    'You may log in, or talk as a guest. On this wire, everyone in between can read your password.';
  return [
    heard({
      type: 'welcome',
      protocol: 1,
      server: 'wireglass',
      wire: 'plain',
      name: 'amber-otter',
      room: 'lobby',
      members: ['ben'],
      count: 1,
      text: 'Welcome.',
    }),
    heard({ type: 'auth_required', mode: 'optional', allowed: true, register: true, text }),
  ];
}

function accepted(login: Login, ref: string, type: 'login' | 'register' = 'login'): Segment[] {
  return [
    sent({ type, ...login, ref }),
    heard({
      type: 'auth_success',
      ref,
      name: login.name,
      role: 'user',
      token: '0'.repeat(64),
      session: '216cf6c24ac3688f',
      expires: 1_798_340_877_512,
      second_factor: false,
    }),
  ];
}

function success(name: string, ref: string, random: Random): ServerMessage {
  return {
    type: 'auth_success',
    ref,
    name,
    role: 'user',
    token: hexFrom(random, 64),
    session: hexFrom(random, 16),
    expires: 1_798_340_877_512,
    second_factor: true,
  };
}

function refused(login: Login, ref: string): Segment[] {
  const message = 'the name or the password is wrong';
  return [
    sent({ type: 'login', ...login, ref }),
    heard({ type: 'auth_failed', ref, code: 'bad_credentials', message }),
  ];
}

function talk(random: Random): Segment[] {
  const [text, ref, id] = [`${random.word(5)} ${random.word(7)} é`, refFrom(random), random.between(1, 1e6)];
  return [
    sent({ type: 'say', text, ref }),
    heard({ type: 'message', id, room: 'lobby', from: 'ben', text: random.word(40), ts: id, via: 'tls' }),
    heard({ type: 'ack', ref, id, room: 'lobby', ts: id }),
  ];
}

function loginFrom(random: Random, extra = ''): Login {
  return { name: random.word(6), password: `${random.word(5)} ${random.between(10, 99)}${extra}` };
}

function refFrom(random: Random): string {
  return `${random.word(12)}-${random.between(1, 9)}`;
}

function hexFrom(random: Random, digits: number): string {
  return Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
}

/** Neighbouring segments of one direction as one. */
function glued(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (last?.direction !== segment.direction) joined.push(segment);
    else joined[joined.length - 1] = { ...last, bytes: concat([last.bytes, segment.bytes]) };
  }
  return joined;
}

function cut({ direction, bytes }: Segment, random: Random, longest: number): Segment[] {
  return random.pieces(bytes, longest).map((piece) => ({ direction, bytes: piece }));
}
