/**
 * Files that a person gives to the page instead of the tap's stream: a capture, and the key logs that belong to it. They are
 * read piece by piece, and go nowhere else.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { CaptureError } from '#dissect/capture/read';
import { captureReader } from '#dissect/capture/reader';
import type { CaptureReport } from '#dissect/capture/report';
import type { TapEvent } from '#dissect/model';
import { toHex } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';
import type { Given } from './exchange.ts';
import { FirstConnections } from './first-connections.ts';
import {
  FileFault,
  type GivenFile,
  type GivenKeyLog,
  bytesOf,
  checkSize,
  isTextFile,
  keyLogOf,
  secretsOf,
  shownName,
} from './given-file.ts';
import { type PacketComment, PacketPlaces } from './packet-places.ts';

/** Bytes of a file that are read at a time: between two of them, everything else has its turn. */
const PIECE = 128 * 1024;

interface Surroundings {
  /** Everything that was read before is forgotten. */
  readonly begin: () => void;
  readonly take: (events: readonly TapEvent[]) => void;
  readonly tell: (given: Given) => void;
  /** The capture is complete, and these comments are in it. */
  readonly ended: (comments: readonly PacketComment[]) => void;
}

const NOTHING: Given = {
  type: 'given',
  capture: undefined,
  keyLogs: [],
  faults: [],
  share: undefined,
};

export class GivenFiles {
  readonly #around: Surroundings;
  #given = NOTHING;
  #keyLogs: readonly GivenKeyLog[] = [];
  /** Files are read in the order in which they were given. */
  #last: Promise<void> = Promise.resolve();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Takes files in any order. A capture takes the place of the one before; a key log is added to those before. */
  add(files: readonly GivenFile[]): Promise<void> {
    this.#last = this.#last.then(() => this.#add(files));
    return this.#last;
  }

  async #add(files: readonly GivenFile[]): Promise<void> {
    const captures: GivenFile[] = [];
    this.#set({ faults: [] });
    for (const file of files) {
      await this.#try(file, async () => {
        if (await isTextFile(file)) await this.#addKeyLog(file);
        else captures.push(file);
      });
    }
    const [capture, ...more] = captures;
    for (const { name } of more)
      this.#fault(new FileFault(name, 'one_at_a_time', 'one capture at a time, please.'));
    if (capture) await this.#try(capture, () => this.#readCapture(capture));
  }

  async #try(file: GivenFile, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof CaptureError)
        this.#fault(new FileFault(file.name, 'not_a_capture', `${error.message}.`));
      else if (error instanceof FileFault) this.#fault(error);
      else throw error;
    }
  }

  async #addKeyLog(file: GivenFile): Promise<void> {
    checkSize(file.name, file.size, 'key log');
    const log = keyLogOf(file.name, await bytesOf(file, 0, file.size));
    this.#keyLogs = [...this.#keyLogs, log];
    this.#around.take(secretsOf(log));
    const told = { name: log.name, lines: log.lines.length, warnings: log.warnings };
    this.#set({ keyLogs: [...this.#given.keyLogs, told] });
  }

  async #readCapture(file: GivenFile): Promise<void> {
    checkSize(file.name, file.size, 'capture');
    this.#around.begin();
    for (const log of this.#keyLogs) this.#around.take(secretsOf(log));
    this.#set({ capture: undefined, share: 0 });
    try {
      await this.#readPackets(file);
    } finally {
      this.#set({ share: undefined });
    }
  }

  async #readPackets(file: GivenFile): Promise<void> {
    const [connections, places] = [new FirstConnections(LIMITS.pageConnectionsRead), new PacketPlaces()];
    const events: TapEvent[] = [];
    const hash = sha256.create();
    const reader = captureReader((event) => {
      if (!connections.takes(event)) return;
      events.push(event);
      places.note(reader.progress.packets, event);
    });
    for (let at = 0; at < file.size; at += PIECE) {
      const piece = await bytesOf(file, at, at + PIECE);
      hash.update(piece);
      reader.push(piece);
      this.#around.take(events.splice(0));
      this.#set({ share: at / file.size });
    }
    const report = reader.finish();
    this.#around.take(events);
    const identity = toHex(hash.digest());
    this.#set({ capture: { ...captureOf(file, report, connections), identity } });
    if (connections.read === 0) this.#fault(nothingIn(file, report));
    this.#around.ended(places.commentsOf(report.comments));
  }

  #fault({ code, message }: FileFault): void {
    this.#set({ faults: [...this.#given.faults, { code, message }] });
  }

  #set(change: Partial<Given>): void {
    this.#given = { ...this.#given, ...change };
    this.#around.tell(this.#given);
  }
}

function captureOf(
  file: GivenFile,
  { packets, warnings }: CaptureReport,
  connections: FirstConnections,
): Omit<NonNullable<Given['capture']>, 'identity'> {
  const { read, left } = connections;
  return { name: shownName(file.name), packets, warnings, connections: read, left };
}

function nothingIn(file: GivenFile, { packets }: CaptureReport): FileFault {
  const what =
    packets === 0
      ? 'this capture has no packets. Record again while the connection is made.'
      : 'none of its packets belongs to a TCP connection. Record again without a filter, or on another interface.';
  return new FileFault(file.name, 'nothing_inside', what);
}
