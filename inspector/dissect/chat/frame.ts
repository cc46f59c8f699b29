/** Frames of the chat protocol, and the fields of the message inside each. */
import { FRAME_HEADER_LENGTH, FRAME_LAYOUT } from '#protocol/frame';
import { readUint } from '#protocol/bytes';
import { ERRORS } from '#protocol/errors';
import type { Field } from '#protocol/field';
import { isMisfit, parseLayout } from '#protocol/layout';
import { LIMITS } from '#protocol/limits';
import type { Unit } from '../layer.ts';
import { lazyList } from '../lazy.ts';
import { type ReadMessage, readMessage } from './message.ts';
import type { Direction, RecordState } from '../model.ts';
import { type Piece, SplitLayer } from '../streams/splitter.ts';

export class FrameLayer extends SplitLayer {
  readonly cipher = '';
  readonly stack = ['frame'] as const;

  constructor() {
    super(FRAME_HEADER_LENGTH, frameLength);
  }

  protected override unitOf(dir: Direction, piece: Piece): Unit {
    return frameUnit(dir, piece);
  }
}

/** Whole length of a frame with this header, or why there is none. */
export function frameLength(header: Uint8Array): number | string {
  const length = readUint(header, 0, FRAME_HEADER_LENGTH);
  if (length === 0) return ERRORS.frame_empty.meaning;
  if (length > LIMITS.framePayload) {
    return `${ERRORS.frame_too_large.meaning} (${length}, at most ${LIMITS.framePayload})`;
  }
  return FRAME_HEADER_LENGTH + length;
}

function frameUnit(dir: Direction, { bytes, offset, fault }: Piece): Unit {
  const unit = { proto: 'frame' as const, bytes, offset, inner: [] };
  if (fault !== undefined) {
    return { ...unit, title: 'bytes', state: 'malformed', reason: fault, fields: headerOnly(bytes) };
  }
  return new WholeFrame(dir, bytes, offset);
}

/** The message is judged only when somebody asks for the verdict. */
class WholeFrame implements Unit {
  readonly proto = 'frame';
  readonly inner = [];
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly fields: readonly Field[];
  readonly #dir: Direction;
  #message: ReadMessage | undefined;

  constructor(dir: Direction, bytes: Uint8Array, offset: number) {
    this.#dir = dir;
    this.bytes = bytes;
    this.offset = offset;
    this.fields = lazyList(() => frameFields(bytes, this.#read.fields()));
  }

  get title(): string {
    return this.#read.title;
  }

  get reason(): string {
    return this.#read.reason;
  }

  get state(): RecordState {
    return this.reason === '' ? 'clear' : 'malformed';
  }

  get #read(): ReadMessage {
    const payload = this.bytes.subarray(FRAME_HEADER_LENGTH);
    this.#message ??= readMessage(this.#dir, payload, FRAME_HEADER_LENGTH);
    return this.#message;
  }
}

function frameFields(bytes: Uint8Array, children: readonly Field[]): Field[] {
  const parsed = parseLayout(FRAME_LAYOUT, bytes);
  if (isMisfit(parsed)) return [];
  return parsed.fields.map((field) => (field.name === 'payload' ? { ...field, children } : field));
}

function headerOnly(bytes: Uint8Array): Field[] {
  const parsed = parseLayout([FRAME_LAYOUT[0]], bytes);
  return isMisfit(parsed) ? [] : parsed.fields;
}
