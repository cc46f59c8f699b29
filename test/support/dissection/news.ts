import type { WireRecord } from '#dissect/model';
import { NewsReader, type WireNews } from '../../../inspector/app/reading/news.ts';

/** The news of a list of the psk wire, or of the plain one, that is read whole. */
export function newsOf(records: readonly WireRecord[]): WireNews | undefined {
  return new NewsReader('psk').read(records, true);
}
