/** What the pages of a class may send, checked on arrival. */
import * as v from 'valibot';
import {
  CLASS_CAPS,
  type ClassRequest,
  PLAN_IDS,
  type JoinRequest,
  type NameList,
} from '#dissect/page-class';
import type { LabReport } from '#dissect/page-labs';
import type { FileRequest } from '#dissect/page-file';
import { ROOM_ATTACK_IDS } from '#dissect/page-room-attack';
import { LIMITS } from '#protocol/limits';
import { WIRE_NAMES } from '#protocol/wires';
import { type BadRequest, parse } from '../requests.ts';

/** Bytes of a request to join: code and name with every character escaped, and some more. */
export const JOIN_BODY_LIMIT = 4 * 1024;

const short = (most: number) => v.pipe(v.string(), v.maxLength(most));
const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const ref = id;
const seconds = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(CLASS_CAPS.timerSeconds));
const pause = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LIMITS.sanctionSeconds));
const room = v.pipe(short(LIMITS.roomName), v.minLength(1));
/** In this page: what begins with two slashes would be another host. */
const place = v.pipe(short(CLASS_CAPS.place), v.regex(/^\/(?![/\\])/));

const JOIN = v.strictObject({ code: short(64), name: short(256) });

const marks = v.pipe(
  v.array(v.strictTuple([id, id])),
  // As many as there can be ranges between which a byte is not marked.
  v.maxLength(CLASS_CAPS.questionBytes / 2),
);

const REQUEST = v.variant('type', [
  v.object({ type: v.literal('at'), ref, place }),
  v.object({ type: v.literal('help'), ref, on: v.boolean() }),
  v.object({ type: v.literal('answer'), ref, question: id, marks }),
  v.object({ type: v.literal('hand-in'), ref, flag: short(CLASS_CAPS.flag) }),
  v.object({
    type: v.literal('converse'),
    ref,
    script: short(CLASS_CAPS.script),
    wires: v.pipe(
      v.array(v.picklist(WIRE_NAMES)),
      v.minLength(1),
      v.check((wires) => new Set(wires).size === wires.length, 'expected each wire once'),
    ),
  }),
  v.object({ type: v.literal('ask'), ref, flow: id, record: id }),
  v.object({ type: v.literal('consent'), ref, attack: id, yes: v.boolean() }),
  v.object({
    type: v.literal('ask-attack'),
    ref,
    attack: v.picklist(ROOM_ATTACK_IDS),
    wire: v.picklist(WIRE_NAMES),
  }),
  v.object({
    type: v.picklist(['remove', 'readmit', 'open', 'close', 'answer-help']),
    ref,
    person: id,
  }),
  v.object({ type: v.literal('read-file'), ref, person: v.nullable(id) }),
  v.object({ type: v.literal('share'), ref, flow: id, on: v.boolean() }),
  v.object({ type: v.literal('door'), ref, open: v.boolean() }),
  v.object({ type: v.literal('new-code'), ref }),
  v.object({
    type: v.literal('title'),
    ref,
    title: v.pipe(short(CLASS_CAPS.title), v.trim(), v.minLength(1)),
  }),
  v.object({ type: v.literal('announce'), ref, text: short(CLASS_CAPS.announcement) }),
  v.object({ type: v.literal('plan'), ref, plan: v.nullable(v.picklist(PLAN_IDS)) }),
  v.object({ type: v.literal('stage'), ref, stage: v.nullable(id) }),
  v.object({
    type: v.literal('timer'),
    ref,
    seconds: v.nullable(seconds),
    text: short(CLASS_CAPS.timerText),
  }),
  v.object({ type: v.literal('more-time'), ref, seconds }),
  v.object({ type: v.literal('look'), ref, place: v.nullable(place) }),
  v.object({ type: v.literal('freeze'), ref, room, on: v.boolean() }),
  v.object({ type: v.literal('slow'), ref, room, seconds: pause }),
  v.object({ type: v.literal('hide'), ref, message: id }),
  v.object({
    type: v.picklist([
      'stop-conversing',
      'reveal',
      'end-question',
      'begin-attack',
      'end-attack',
      'reset',
      'erase',
      'assistant-link',
    ]),
    ref,
  }),
]);

/** Bytes of a report of progress: every check with its name and state, and some more. */
export const PROGRESS_BODY_LIMIT = 32 * 1024;

const name = v.pipe(short(CLASS_CAPS.checkName), v.regex(/^[\da-z][\da-z-]*$/));
const REPORT = v.strictObject({
  lab: name,
  checks: v.pipe(
    v.array(v.strictObject({ id: name, state: v.picklist(['passed', 'failed', 'not run']) })),
    v.maxLength(CLASS_CAPS.checks),
  ),
  hints: v.pipe(id, v.maxValue(20)),
});

/** Bytes of a request about a file: its text with every character escaped, and some more. */
export const FILE_BODY_LIMIT = 6 * LIMITS.pageLabText + 1_024;

const text = short(LIMITS.pageLabText);
const FILE = v.variant('type', [
  v.strictObject({ type: v.literal('show'), lab: name, text }),
  v.strictObject({ type: v.literal('renew'), id, text: v.exactOptional(text) }),
  v.strictObject({ type: v.picklist(['stop', 'leave']) }),
]);

export function parseFile(body: unknown): FileRequest | undefined {
  const { success, output } = v.safeParse(FILE, body);
  return success ? output : undefined;
}

export function parseReport(body: unknown): LabReport | undefined {
  const { success, output } = v.safeParse(REPORT, body);
  return success ? output : undefined;
}

/** Bytes of a list of names: every character in four bytes, and some more. */
export const NAMES_BODY_LIMIT = 4 * CLASS_CAPS.nameList + 1_024;

const NAMES = v.strictObject({ text: short(CLASS_CAPS.nameList) });

export function parseNames(body: unknown): NameList | undefined {
  const { success, output } = v.safeParse(NAMES, body);
  return success ? output : undefined;
}

export function parseClassRequest(text: string): ClassRequest | BadRequest {
  return parse(REQUEST, text) as ClassRequest | BadRequest;
}

export function parseJoin(body: unknown): JoinRequest | undefined {
  const { success, output } = v.safeParse(JOIN, body);
  return success ? output : undefined;
}
