/** What the page and its reader say to each other. The reader runs in a worker, where it delays no key and no picture. */
import type { Derivation } from '#dissect/key-schedule/derivation';
import type { FlowSummary, TapEvent, WireRecord } from '#dissect/model';
import type { WireName } from '#protocol/wires';
import type { Filter } from '../model/filter.ts';
import type { Mark } from '../model/marks.ts';
import type { Own } from '../model/sayings.ts';
import type { Said } from '../model/messages.ts';
import type { Facts } from './around.ts';
import type { Handshake } from './handshakes.ts';
import type { FaultCode, GivenFile } from './given-file.ts';
import type { OverheardWire } from './overheard.ts';
import type { RecentRecord } from './recent.ts';
import type { RecordKey, RowUpdate } from './rows.ts';
import type { Bar, Counts } from './survey.ts';

/** Which records the list shows. */
export interface Query {
  readonly wires: readonly WireName[];
  readonly filter: Filter;
}

export type ToReader =
  /** Everything that the source holds follows. */
  | { readonly type: 'begin' }
  /** A text of the tap's stream of the type `events`, as it came. */
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'events'; readonly events: readonly TapEvent[] }
  /** The source has dropped these flows. */
  | { readonly type: 'forget'; readonly flows: readonly number[] }
  | { readonly type: 'keys'; readonly visible: boolean }
  | { readonly type: 'pause'; readonly paused: boolean }
  | { readonly type: 'clear' }
  | { readonly type: 'undo clear' }
  /** What this page itself has said. */
  | { readonly type: 'own'; readonly own: Own }
  /** `number` comes back with the list, so that the page knows what it is looking at. */
  | { readonly type: 'ask'; readonly number: number; readonly query: Query }
  /** A record whose bytes the page shows; it is sent again whenever it changes. */
  | { readonly type: 'open'; readonly place: OpenPlace; readonly key: RecordKey | undefined }
  /** The rows on the screen whose gist the page does not know. */
  | { readonly type: 'peek'; readonly keys: readonly RecordKey[] }
  /** The newest records, once. */
  | { readonly type: 'recent' }
  /** What is said in the class's room, on the connections of the person with this name, once. */
  | { readonly type: 'overhear'; readonly name: string }
  /** Figures about every wire, and the key schedule of a connection; answered once. */
  | { readonly type: 'survey'; readonly flow: number | undefined }
  /** Files of the person's own, in place of the tap's stream. */
  | { readonly type: 'files'; readonly files: readonly GivenFile[] }
  /** Everything, or what the list shows, as a file; `number` comes back with it. */
  | {
      readonly type: 'export';
      readonly number: number;
      readonly form: ExportForm;
      readonly listed: boolean;
      readonly marks: readonly Mark[];
      /** Where it comes from, for a reader of the file. */
      readonly title: string;
    }
  /** How CyberChef decrypts a record again, as a text; `number` comes back with it. */
  | { readonly type: 'recipe'; readonly number: number; readonly key: RecordKey };

/** A capture with the secrets in it, the secrets alone, or a page that opens without a server. */
export type ExportForm = 'pcapng' | 'keys' | 'html';

/** The selected record, and the one that it is compared with. */
export type OpenPlace = 'selected' | 'compared';

export type FromReader =
  Progressed | Opened | FactsChanged | Peeked | Recent | Overheard | Surveyed | Given | Noted | Exported;

/** What has become of the files so far. */
export interface Given {
  readonly type: 'given';
  readonly capture: GivenCapture | undefined;
  readonly keyLogs: readonly {
    readonly name: string;
    readonly lines: number;
    readonly warnings: readonly string[];
  }[];
  /** Why files that were given last are not read. */
  readonly faults: readonly { readonly code: FaultCode; readonly message: string }[];
  /** The part of the capture that is read, from 0 to 1; absent when nothing is being read. */
  readonly share: number | undefined;
}

export interface GivenCapture {
  readonly name: string;
  /** SHA-256 of the file, in hex: what the marks of its records are kept under. */
  readonly identity: string;
  readonly packets: number;
  /** What is odd about it. */
  readonly warnings: readonly string[];
  readonly connections: number;
  /** Connections that are not read, because there are too many. */
  readonly left: number;
}

/** The comments of a capture, as marks of its records. */
export interface Noted {
  readonly type: 'noted';
  readonly marks: readonly Mark[];
}

/** A file, or why there is none. */
export interface Exported {
  readonly type: 'exported';
  readonly number: number;
  readonly file: Uint8Array<ArrayBuffer> | undefined;
  readonly fault: string;
}

export interface Overheard {
  readonly type: 'overheard';
  readonly wires: readonly OverheardWire[];
}

export interface Recent {
  readonly type: 'recent';
  readonly records: readonly RecentRecord[];
}

/** What the pictures are drawn from. */
export interface Surveyed {
  readonly type: 'surveyed';
  /** False while there are records that are not counted: ask again. */
  readonly isDone: boolean;
  /** Whether the secrets are used. */
  readonly keys: boolean;
  readonly wires: readonly SurveyedWire[];
  /** Of the connection that was asked for. */
  readonly schedule: readonly Derivation[];
}

export interface SurveyedWire {
  readonly wire: WireName;
  readonly counts: Counts;
  readonly bars: readonly Bar[];
  readonly handshakes: readonly Handshake[];
}

/** What has changed since the last time; sent several times a second while there is work. */
export interface Progressed {
  readonly type: 'progressed';
  /** The part of the reading that is done, from 0 to 1, once it takes noticeably long. */
  readonly share: number | undefined;
  /** Events that wait while the view is paused. */
  readonly held: number;
  /** No more may be held back: the source must be closed, and asked again for everything when the view resumes. */
  readonly full: boolean;
  /** Connections that were dropped to stay under the cap, although the source still holds them. */
  readonly letGo: number;
  readonly wires: readonly WireState[];
  readonly list: ListState | undefined;
}

export interface WireState {
  readonly wire: WireName;
  /** How many records there are. */
  readonly count: number;
  /** True when everything that crossed this wire has been read. */
  readonly isRead: boolean;
  readonly news: NewsState | undefined;
  /** The record that carries the last message of this page. */
  readonly own: WireRecord | undefined;
  /** This message was taken away since. */
  readonly ownGone: boolean;
}

export interface NewsState {
  readonly record: WireRecord;
  readonly said: Said | undefined;
  readonly speaker: string | undefined;
  /** Name of the suite of its connection, where that exists to be broken. */
  readonly weakSuite: string | undefined;
  readonly gone: boolean;
}

export interface ListState {
  /** Of the question that it answers. */
  readonly number: number;
  readonly rows: RowUpdate | undefined;
  /** Records on these wires, whether or not they match. */
  readonly total: number;
  /** Time of the newest of them. */
  readonly newest: number;
  /** True while there are records that have not been tested. */
  readonly searching: boolean;
  /** The part that is done, once it takes noticeably long. */
  readonly share: number | undefined;
  /** Where nothing matches: the titles of all the records, which hint at what could. */
  readonly titles: readonly string[];
}

/** A record with everything that the panes show, and its connection; without them, it is not there any more. */
export interface Opened {
  readonly type: 'opened';
  readonly place: OpenPlace;
  readonly key: RecordKey;
  readonly record: WireRecord | undefined;
  readonly flow: FlowSummary | undefined;
  /** What others know about it. */
  readonly facts?: Facts | undefined;
}

/** The selected record is as it was, and others know something else about it. */
export interface FactsChanged {
  readonly type: 'facts';
  readonly key: RecordKey;
  readonly facts: Facts | undefined;
}

/** What these records say, in a few words each; a record that is not there any more is left out. */
export interface Peeked {
  readonly type: 'peeked';
  readonly gists: readonly (RecordKey & { readonly gist: string })[];
}
