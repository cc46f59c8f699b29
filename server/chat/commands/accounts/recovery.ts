/** Recovery codes of a second factor: 64 random bits each, so that their plain hashes give nothing away. */
import type { Context } from '../command.ts';
import { toHex } from '#wire/bytes';
import { LIMITS } from '#wire/limits';

const CODE_BYTES = 8;

/** New ones, as they are shown: `0123-4567-89ab-cdef`. */
export function newRecoveryCodes({ random }: Context): string[] {
  return Array.from({ length: LIMITS.recoveryCodes }, () =>
    toHex(random(CODE_BYTES)).replace(/.{4}(?=.)/g, '$&-'),
  );
}

/** The code without what people change when they type it. */
export function recoveryText(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, '');
}
