/** What the end of the server has of a record: what it reads or writes, from whom or to whom, and what it keeps. */
import type { Field } from '#protocol/field';
import type { ClientMessage } from '#protocol/messages';
import { type Around, type Fact, known, unknown } from './facts.ts';
import { framesOf } from './messages.ts';

/** Messages of one record that are told about. */
const MOST_MESSAGES = 3;
/** Records after a request in which its answer is looked for. */
const MOST_RECORDS = 100;
/** Receivers that are named. */
const MOST_NAMES = 6;

/** What the server keeps of a request once it has carried it out. A new message of clients has a row here. */
export const KEPT: Readonly<Record<ClientMessage['type'], string>> = {
  join: 'Nothing on disk: who is in a room is in memory.',
  leave: 'Nothing on disk: who is in a room is in memory.',
  say: 'The text, its author, its room, its time and the wire it came over.',
  edit: 'The new text in the place of the old one, and when it was changed.',
  delete: 'That the message is gone. Its text is removed.',
  history: 'Nothing: it answers with what it has stored.',
  search: 'Nothing: it answers with what it has stored.',
  rooms: 'Nothing: it answers with what it has stored.',
  create: 'The room and who made it.',
  invite: 'That the account may enter the room.',
  uninvite: 'That the account may no longer enter the room.',
  remove: 'Who was sent out of the room.',
  who: 'Nothing: it answers with what it has stored.',
  presence: 'Nothing on disk: it is passed on and forgotten.',
  typing: 'Nothing on disk: it is passed on and forgotten.',
  read: 'Up to which message the account has read.',
  unread: 'Nothing: it answers with what it has stored.',
  ping: 'Nothing.',
  bye: 'Nothing.',
  register: 'The name, and a bcrypt hash of the password. The password itself is never stored.',
  login:
    'Of the password nothing: it is compared with the bcrypt hash. Of the new session only a hash of its token.',
  second_factor: 'Nothing of the code, except that it was used. Of the new session only a hash of its token.',
  resume: 'Nothing new: the token is compared with the stored hash.',
  logout: 'That the session has ended.',
  password: 'A bcrypt hash of the new password in the place of the old one. Neither password is stored.',
  sessions: 'Nothing: it answers with what it has stored.',
  revoke: 'That the session has ended.',
  totp_begin: 'Of the password nothing. The new secret of the second factor counts once it is confirmed.',
  totp_confirm: 'The secret of the second factor, and hashes of the recovery codes.',
  totp_remove: 'That there is no second factor any more.',
  mute: 'Who may not speak, where and until when, and who decided it.',
  unmute: 'That the account may speak again, and who decided it.',
  kick: 'Who was sent away and by whom, in the audit log.',
  ban: 'Who may not come back, until when, and who decided it.',
  unban: 'That the ban has ended, and who decided it.',
  bans: 'Nothing: it answers with what it has stored.',
  lock: 'That the room is locked or open, and who decided it.',
  slow: 'How long the room makes its members wait, and who decided it.',
  appoint: 'The new role of the account, and who gave it.',
};

export function serverFacts(around: Around): readonly Fact[] {
  const { record } = around;
  const isIn = record.dir === 'c2s';
  return [
    whose(around),
    opens(around),
    ...(isIn && isOpen(around) ? framesOf(record).slice(0, MOST_MESSAGES) : []).flatMap((frame) =>
      requestFacts(around, frame),
    ),
  ];
}

function isOpen({ record: { state } }: Around): boolean {
  return state === 'clear' || state === 'opened';
}

function whose({ record, nameOf }: Around): Fact {
  const name = nameOf(record);
  const isIn = record.dir === 'c2s';
  if (name === undefined) {
    const text = 'Nobody yet: this connection has not joined under a name.';
    return unknown(isIn ? 'From' : 'To', text);
  }
  const why = `the name that belongs to connection ${record.flow}`;
  return known(
    isIn ? 'From' : 'To',
    `${name}: ${why}. ${isIn ? 'The message itself does not say it.' : ''}`.trim(),
  );
}

function opens({ record, flow }: Around): Fact {
  const verb = record.dir === 'c2s' ? 'It read' : 'It wrote';
  switch (record.state) {
    case 'malformed':
      return unknown('Reads', `It refuses these bytes and closes the connection: ${record.reason}.`);
    case 'no-key':
    case 'wrong-key':
      return unknown(
        'Reads',
        `${verb} this record with a key that this page does not have: ${record.reason}.`,
      );
    case 'opened':
      return known('Reads', `${verb} “${record.title}” and has every byte of it: ${flow.cipher} ends here.`);
    default:
      return known('Reads', `${verb} “${record.title}”, which crossed in the clear.`);
  }
}

type Frame = ReturnType<typeof framesOf>[number];

function requestFacts(around: Around, frame: Frame): Fact[] {
  if (!Object.hasOwn(KEPT, frame.title)) return [];
  const kept = KEPT[frame.title as ClientMessage['type']];
  const refusal = refusalOf(around, frame);
  if (refusal !== undefined) return [unknown('Keeps', `Nothing: it refused “${frame.title}” (${refusal}).`)];
  const id = frame.title === 'say' ? storedAs(around, frame) : undefined;
  const fact = (kept.startsWith('Nothing') ? unknown : known)(
    'Keeps',
    id === undefined ? kept : `${kept} It is message ${id}.`,
  );
  return frame.title === 'say' ? [fact, passedOn(around, id)] : [fact];
}

/** The number under which the acknowledgement says that a message is stored. */
function storedAs({ record, connection }: Around, frame: Frame): number | undefined {
  const ref = valueOf(frame, 'ref');
  for (const answer of answersAfter(connection, record.index)) {
    if (answer.title === 'ack' && valueOf(answer, 'ref') === ref) return Number(valueOf(answer, 'id'));
  }
  return undefined;
}

/** The code of the error that answers a request, found by its `ref`. */
function refusalOf({ record, connection }: Around, frame: Frame): string | undefined {
  const ref = valueOf(frame, 'ref');
  if (ref === undefined) return undefined;
  const error = answersAfter(connection, record.index).find(
    (answer) => answer.title === 'error' && valueOf(answer, 'ref') === ref,
  );
  return error && String(valueOf(error, 'code'));
}

/** What the server has written next. A connection may go on for very long. */
function answersAfter(connection: Around['connection'], index: number): Frame[] {
  const place = connection.findIndex((record) => record.index === index);
  const next = connection.slice(place + 1, place + 1 + MOST_RECORDS);
  return next.filter(({ dir }) => dir === 's2c').flatMap(framesOf);
}

function passedOn({ record, later, nameOf, wireOf }: Around, id: number | undefined): Fact {
  if (id === undefined) return unknown('Passes on', 'Nothing yet: the message is not acknowledged.');
  const got = later
    .filter((one) => one.dir === 's2c' && one.flow !== record.flow && one.title.includes('message'))
    .filter((one) => framesOf(one).some((frame) => frame.title === 'message' && valueOf(frame, 'id') === id));
  const receivers = got.filter(({ flow }, at) => got.findIndex((one) => one.flow === flow) === at);
  if (receivers.length === 0) return unknown('Passes on', 'To nobody: no other connection got it.');
  const names = receivers
    .slice(0, MOST_NAMES)
    .map((one) => `${nameOf(one) ?? `connection ${one.flow}`} (${wireOf(one.flow) ?? 'unknown wire'})`);
  const more = receivers.length - names.length;
  return known('Passes on', `To ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`);
}

function valueOf(frame: Frame, name: string): Field['value'] | undefined {
  const payload = frame.fields.find((field) => field.name === 'payload');
  return payload?.children?.find((field) => field.name === name)?.value;
}
