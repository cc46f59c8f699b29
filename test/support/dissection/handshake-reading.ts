/** Reads single handshake messages, mainly the samples. */
import type { Field } from '#protocol/field';
import { SAMPLES, type Sample } from './handshake-samples.ts';
import type { Unit } from '#dissect/layer';
import { type HandshakeFacts, HandshakeStream } from '#dissect/tls/handshake';

type Settled = Pick<Sample, 'version' | 'suite'>;

export function read(
  bytes: Uint8Array,
  { version, suite }: Settled = {},
): { unit: Unit; facts: HandshakeFacts } | undefined {
  const stream = new HandshakeStream();
  stream.push(bytes);
  return stream.next({ version, suite: suite === undefined ? undefined : { name: suite } });
}

export const sample = (name: string): { unit: Unit; facts: HandshakeFacts; fields: readonly Field[] } => {
  const found = SAMPLES.find((one) => one.name === name) as Sample;
  const { unit, facts } = read(found.bytes, found) ?? {};
  return { unit: unit as Unit, facts: facts as HandshakeFacts, fields: unit?.fields ?? [] };
};
