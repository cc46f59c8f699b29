import type { WireRecord } from '#dissect/model';
import { RowPacker, Rows } from '../../../inspector/app/reading/rows.ts';

/** The rows of a list of the plain wire. */
export function rowsOf(records: readonly WireRecord[]): Rows {
  return Rows.NONE.updated(new RowPacker().pack(records, 0, () => 'plain'));
}
