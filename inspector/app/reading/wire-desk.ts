/** What a card shows of its wire: the newest message of anyone, and the last one of this page. */
import type { WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import { isOwnRecord, type Own } from '../model/sayings.ts';
import { cloneable } from './cloneable.ts';
import type { NewsState, WireState } from './exchange.ts';
import { NewsReader, type WireNews } from './news.ts';
import { OwnRecordReader } from './own-record.ts';
import type { RecordLog } from './record-log.ts';

/** A state, and what it was made of. */
interface Told {
  readonly news: WireNews | undefined;
  readonly own: WireRecord | undefined;
  readonly state: WireState;
}

export class WireDesk {
  readonly #wire: WireName;
  readonly #log: RecordLog;
  readonly #news: NewsReader;
  readonly #own = new OwnRecordReader();
  #told: Told | undefined;

  constructor(wire: WireName, log: RecordLog) {
    this.#wire = wire;
    this.#log = log;
    this.#news = new NewsReader(wire);
  }

  /** What has changed since the last call; `undefined` if nothing has. */
  state({ last }: Own): WireState | undefined {
    const records = this.#log.records(this.#wire);
    const isRead = this.#log.isRead(this.#wire);
    const news = this.#news.read(records, isRead);
    const saying = last[this.#wire];
    const own = saying && this.#own.read(records, saying, (id) => this.#log.flow(id));
    const ownGone = saying !== undefined && this.#news.hasGone(saying.messageId);
    const before = this.#told;
    const isSame = before?.news === news && before?.own === own && before?.state.ownGone === ownGone;
    const now = { wire: this.#wire, count: records.length, isRead, ownGone };
    if (before && isSame) {
      if (before.state.count === now.count && before.state.isRead === isRead) return undefined;
      return this.#tell({ news, own, state: { ...before.state, ...now } });
    }
    return this.#tell({ news, own, state: { ...now, news: newsState(news), own: cloneable(own) } });
  }

  #tell(told: Told): WireState {
    this.#told = told;
    return told.state;
  }
}

function newsState(news: WireNews | undefined): NewsState | undefined {
  if (!news) return undefined;
  const { record, said, speaker, weakSuite, gone = false } = news;
  return cloneable({ record, said, speaker, weakSuite: weakSuite?.name, gone });
}

/** Whether a record carries a message of this page. */
export function isMine({ connections }: Own, record: WireRecord, log: RecordLog): boolean {
  const flow = log.flow(record.flow);
  return flow !== undefined && isOwnRecord(connections, record, flow);
}
