/** Fields that several messages have. A field's description is what the inspector and the reference page show. */
import * as v from 'valibot';
import { LIMITS } from '../limits.ts';
import { ACCOUNT_ROLES, ROLES } from '../roles.ts';

export const described = <const S extends v.GenericSchema>(schema: S, note: string) =>
  v.pipe(schema, v.description(note));

/** A field that anyone who knows it can use to be somebody else. Views mask it until they are asked to show it. */
export const secret = <const S extends v.GenericSchema>(schema: S, note: string) =>
  v.pipe(schema, v.description(note), v.metadata({ secret: true }));

export const type = <const T extends string>(name: T, note: string) => described(v.literal(name), note);

const wellFormed = v.check((text: string) => text.isWellFormed(), 'text without lone surrogates');

export const shortText = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max), wellFormed);
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const pageSize = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.historyPage));
export const seconds = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.sanctionSeconds));

export const room = described(
  shortText(LIMITS.roomName),
  'The room this is about. Everyone in it sees what is said there. `@name` is the private conversation with that member.',
);
export const optionalRoom = v.optional(
  described(
    shortText(LIMITS.roomName),
    'The room; when left out, the one joined last (for join: the lobby). `@name` is the private conversation with that member.',
  ),
);
export const ref = v.optional(
  described(
    shortText(LIMITS.ref),
    "The client's own name for this request. Its answer repeats it, so that the client can match answers to requests.",
  ),
);
export const name = described(shortText(LIMITS.name), 'Name of the member this is about.');
export const by = described(v.string(), 'Name of the one who did it.');
export const reason = v.optional(
  described(shortText(LIMITS.reason), 'Why, in words for the member concerned and for the log.'),
);
export const id = described(
  wholeNumber,
  'Number of the message, rising in the order of storage. A client that reconnects asks for what came after the last one it saw.',
);
export const from = described(v.string(), 'Name of the member who said it.');
export const account = v.optional(
  described(
    v.literal(true),
    'The author had logged in to the account of this name. A message without this field was said by a guest, and anyone can be a guest.',
  ),
);
export const ts = described(wholeNumber, 'When the server accepted it: milliseconds since 1970-01-01 UTC.');
export const via = described(
  v.string(),
  'The wire that it came in on. It goes out on every wire that a member of the room uses, so one plaintext listener undoes everyone else’s encryption.',
);
export const text = described(shortText(LIMITS.text), 'What was said.');
export const role = described(v.picklist(ROLES), 'What this member may do: guest, user, moderator or admin.');
export const accountRole = described(
  v.picklist(ACCOUNT_ROLES),
  'The role to give: user, moderator or admin.',
);
export const more = described(v.boolean(), 'True when there are further messages to ask for.');
export const members = described(
  v.array(v.string()),
  'Who is here, unless there are too many: metadata that an eavesdropper values as much as the text.',
);
export const count = described(
  wholeNumber,
  `How many are here. Above ${LIMITS.memberList} the names are left out: ask with who.`,
);
