/** Frames of the chat protocol, and the fields of the message inside each. */
import { FRAME_HEADER_LENGTH, FRAME_LAYOUT } from '#wire/frame';
import { readUint, showUtf8 } from '#wire/bytes';
import { ERRORS } from '#wire/errors';
import type { Field } from '#wire/field';
import { isMisfit, parseLayout } from '#wire/layout';
import { LIMITS } from '#wire/limits';
import type { Unit } from './layer.ts';
import { lazyList } from './lazy.ts';
import { readMessage } from './message.ts';
import type { Direction } from './model.ts';
import { SplitLayer } from './split-layer.ts';
import type { Piece } from './splitter.ts';

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
  const message = readMessage(dir, bytes.subarray(FRAME_HEADER_LENGTH), FRAME_HEADER_LENGTH);
  const { title, reason } = message;
  const state = reason === '' ? 'clear' : 'malformed';
  const fields = lazyList(() => frameFields(bytes, message.fields()));
  return { proto: 'frame', bytes, offset, title, state, reason, fields, inner: [] };
}

function frameFields(bytes: Uint8Array, children: readonly Field[]): Field[] {
  const parsed = parseLayout(FRAME_LAYOUT, bytes);
  if (isMisfit(parsed)) return [];
  return parsed.fields.map((field) =>
    field.name === 'payload'
      ? { ...field, value: showUtf8(bytes.subarray(field.start, field.end)), children }
      : field,
  );
}

function headerOnly(bytes: Uint8Array): Field[] {
  const parsed = parseLayout([FRAME_LAYOUT[0]], bytes);
  return isMisfit(parsed) ? [] : parsed.fields;
}
