/** What the pages of a class may send, checked on arrival. */
import * as v from 'valibot';
import { CLASS_CAPS, type ClassRequest, type JoinRequest } from '#dissect/page-class';
import { type BadRequest, parse } from '../requests.ts';

/** Bytes of a request to join: code and name with every character escaped, and some more. */
export const JOIN_BODY_LIMIT = 4 * 1024;

const short = (most: number) => v.pipe(v.string(), v.maxLength(most));
const id = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));
const ref = id;
const place = v.pipe(short(CLASS_CAPS.place), v.startsWith('/'));

const JOIN = v.strictObject({ code: short(64), name: short(256) });

const REQUEST = v.variant('type', [
  v.object({ type: v.literal('at'), ref, place }),
  v.object({ type: v.picklist(['remove', 'readmit', 'open', 'close']), ref, person: id }),
  v.object({ type: v.literal('share'), ref, flow: id, on: v.boolean() }),
  v.object({ type: v.literal('door'), ref, open: v.boolean() }),
  v.object({ type: v.literal('new-code'), ref }),
  v.object({
    type: v.literal('title'),
    ref,
    title: v.pipe(short(CLASS_CAPS.title), v.trim(), v.minLength(1)),
  }),
  v.object({ type: v.literal('announce'), ref, text: short(CLASS_CAPS.announcement) }),
  v.object({ type: v.literal('look'), ref, place: v.nullable(place) }),
  v.object({ type: v.literal('assistant-link'), ref }),
]);

export function parseClassRequest(text: string): ClassRequest | BadRequest {
  return parse(REQUEST, text) as ClassRequest | BadRequest;
}

export function parseJoin(body: unknown): JoinRequest | undefined {
  const { success, output } = v.safeParse(JOIN, body);
  return success ? output : undefined;
}
