import type { WireRecord } from '#dissect/model';
import { NewsReader, type WireNews } from '../../inspector/app/model/news.ts';

/** The news of a list that is read whole. */
export function newsOf(records: readonly WireRecord[]): WireNews | undefined {
  return new NewsReader().read(records, true);
}
