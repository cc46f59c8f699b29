/** The channel that protects nothing: what goes in is what crosses the wire. */
import { EMPTY } from '#protocol/bytes';
import type { Channel, ChannelEvent } from './contract.ts';

export class PlaintextChannel implements Channel {
  /** There are no units here, so nothing is ever owed. */
  readonly pending = 0;
  readonly #waiting: Uint8Array[] = [];

  start(): ChannelEvent[] {
    return [{ kind: 'opened', detail: '' }];
  }

  push(wireBytes: Uint8Array): void {
    if (wireBytes.length > 0) this.#waiting.push(wireBytes);
  }

  next(): ChannelEvent | undefined {
    const bytes = this.#waiting.shift();
    return bytes && { kind: 'plain', bytes };
  }

  send(plain: Uint8Array): Uint8Array[] {
    return plain.length === 0 ? [] : [plain];
  }

  close(): Uint8Array {
    return EMPTY;
  }

  end(): void {
    // Nothing marks where a plaintext stream may end, so a cut cannot be told from a close: a weakness to show.
  }
}
