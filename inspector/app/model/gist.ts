/** What a record says, in a few words for its row. */
import { maskRecord } from '#dissect/masking/masking';
import type { Field } from '#protocol/field';
import type { FlowSummary, Inner, WireRecord } from '#dissect/model';
import { framesOf } from './messages.ts';
import { shortValue } from './tree.ts';

/** Characters; a row has one line. */
const LONGEST = 160;

/** Fields that say most about a message, in this order. */
const TELLING = ['from', 'name', 'room', 'text', 'code', 'message', 'reason'] as const;
/** The same for the records that set a connection up: what was chosen, and why it ended. */
const OF_HANDSHAKE = ['suite', 'cipher_suite', 'server_name', 'key_id', 'description'] as const;

/** One line, without secrets; empty where the title says everything. */
export function gistOf(record: WireRecord, flow: FlowSummary | undefined): string {
  const { record: masked } = maskRecord(record, flow?.stack ?? []);
  const frames = framesOf(masked);
  const parts =
    frames.length > 0
      ? frames.map((frame) => told(payloadOf(frame.fields), TELLING))
      : unitsOf(masked).map(({ fields }) => told(fields, OF_HANDSHAKE));
  const text = parts.filter((part) => part !== '').join('; ') || (isFaulty(masked) ? masked.reason : '');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function payloadOf(fields: readonly Field[]): readonly Field[] {
  return fields.find(({ name }) => name === 'payload')?.children ?? [];
}

function unitsOf(record: WireRecord): readonly Pick<Inner, 'fields'>[] {
  return [record, ...record.inner.flatMap(withInner)];
}

function withInner(unit: Inner): Inner[] {
  return [unit, ...unit.inner.flatMap(withInner)];
}

/** `otter in lobby: hello`: the values alone, since the title names what they belong to. */
function told(fields: readonly Field[], names: readonly string[]): string {
  const values = new Map(
    fields.flatMap(({ name, value }) =>
      names.includes(name) && value !== null && value !== ''
        ? [[name, shortValue({ value }, LONGEST)] as const]
        : [],
    ),
  );
  const author = values.get('from') ?? values.get('name');
  const text = values.get('text');
  if (text !== undefined) return author === undefined ? text : `${author}: ${text}`;
  return [...new Set(names.flatMap((name) => values.get(name) ?? []))].join(', ');
}

function isFaulty({ state }: WireRecord): boolean {
  return state === 'wrong-key' || state === 'malformed';
}
