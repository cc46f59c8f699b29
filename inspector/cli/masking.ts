/** Masks the secrets of messages in the output, and counts them, so that the user can be told. */
import { maskRecord } from '#dissect/masking/masking';
import type { FlowSummary, WireRecord } from '#dissect/model';
import { counted } from '#protocol/shown';

export class Masking {
  #secrets = 0;

  /** The record without its secrets. */
  readonly mask = (record: WireRecord, flow: FlowSummary): WireRecord => {
    const { record: shown, secrets } = maskRecord(record, flow.stack);
    this.#secrets += secrets;
    return shown;
  };

  /** A sentence for the user; `undefined` when nothing was masked. */
  get notice(): string | undefined {
    if (this.#secrets === 0) return undefined;
    return `${counted(this.#secrets, 'secret')} in messages masked (passwords, tokens, codes); --show-secrets shows them`;
  }
}
