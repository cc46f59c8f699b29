/** What a page asks of its bench. */
import * as v from 'valibot';
import { BENCH_CAPS, type BenchRequest } from '#dissect/page-bench';
import { type BadRequest, parse } from '../requests.ts';

const NUMBER = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1e9));
const TEXT = v.pipe(
  v.string(),
  v.maxLength(BENCH_CAPS.text),
  v.check((text) => text.isWellFormed(), 'text without lone surrogates'),
);
const BYTES = v.pipe(v.string(), v.maxLength(2 * BENCH_CAPS.bytes), v.regex(/^([0-9a-f]{2})*$/));
const unit = NUMBER;
const connection = NUMBER;
const REQUEST = v.variant('type', [
  v.object({ type: v.literal('open'), target: v.pipe(v.string(), v.maxLength(64)) }),
  v.object({ type: v.literal('say'), text: v.pipe(TEXT, v.minLength(1)) }),
  v.object({ type: v.literal('enter') }),
  v.object({ type: v.literal('break'), filter: TEXT }),
  v.object({ type: v.picklist(['pause', 'resume', 'step']) }),
  v.object({ type: v.picklist(['pass', 'drop', 'duplicate']), unit }),
  v.object({ type: v.literal('move'), unit, by: v.picklist(['earlier', 'later']) }),
  v.object({
    type: v.literal('delay'),
    unit,
    milliseconds: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(BENCH_CAPS.delay)),
  }),
  v.object({ type: v.literal('replace'), unit, bytes: BYTES, fit: v.boolean(), edit: NUMBER }),
  v.object({ type: v.literal('replay'), unit, connection }),
  v.object({
    type: v.literal('inject'),
    connection,
    towards: v.picklist(['server', 'client']),
    bytes: BYTES,
    framed: v.boolean(),
  }),
  v.object({ type: v.literal('cut'), connection }),
]);

/** The request in a text, or what is wrong with it. */
export function parseBenchRequest(text: string): BenchRequest | BadRequest {
  return parse(REQUEST, text) as BenchRequest | BadRequest;
}
