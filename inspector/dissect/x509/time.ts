/** Times of certificates (RFC 5280 §4.1.2.5) and of what is said about them. */
import type * as asn1js from 'asn1js';
import { Misfit } from '../fields/field-reader.ts';
import { type DerNode, TAG, isUniversal } from './der.ts';

/** A time as `2026-01-31T12:00:00Z`. Years before 1950 cannot be written in two digits (RFC 5280 §4.1.2.5.1). */
export function timeOf(node: DerNode | undefined): string {
  const isTime = isUniversal(node, TAG.utcTime) || isUniversal(node, TAG.generalizedTime);
  if (!isTime) throw new Misfit('a time is expected');
  const date = (node.block as asn1js.UTCTime).toDate();
  if (node.block.error !== '' || Number.isNaN(date.getTime())) throw new Misfit('a time that does not exist');
  return date.toISOString().replace('.000Z', 'Z');
}
