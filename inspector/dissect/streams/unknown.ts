/** Bytes of a protocol that is not known here: shown as TCP delivered them, without an explanation. */
import { EMPTY } from '#protocol/bytes';
import { counted } from '#protocol/shown';
import type { Layer, Unit } from '../layer.ts';
import type { Direction } from '../model.ts';

export class UnknownLayer implements Layer {
  readonly cipher = '';
  readonly stack = ['unknown'] as const;
  readonly #offsets = { c2s: 0, s2c: 0 };

  push(dir: Direction, bytes: Uint8Array): Unit[] {
    if (bytes.length === 0) return [];
    const offset = this.#offsets[dir];
    this.#offsets[dir] += bytes.length;
    const shown = { proto: 'unknown', title: 'bytes', state: 'clear', reason: '' } as const;
    return [{ ...shown, bytes: new Uint8Array(bytes), offset, fields: [], inner: [] }];
  }

  gap(dir: Direction, length: number): Unit[] {
    const offset = this.#offsets[dir];
    this.#offsets[dir] += length;
    const reason = `${counted(length, 'byte')} ${length === 1 ? 'is' : 'are'} missing from the capture here`;
    const shown = { proto: 'unknown', title: 'bytes', state: 'malformed', reason } as const;
    return [{ ...shown, bytes: EMPTY, offset, fields: [], inner: [] }];
  }

  end(): Unit[] {
    return [];
  }

  pending(): number {
    return 0;
  }
}
