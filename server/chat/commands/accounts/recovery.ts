/** Recovery codes of a second factor: 64 random bits each, so that plain hashes do not reveal them. */
import type { Context } from '../command.ts';
import { toHex } from '#protocol/bytes';
import { LIMITS } from '#protocol/limits';

const CODE_BYTES = 8;

/** New codes, in the form in which they are shown: `0123-4567-89ab-cdef`. */
export function newRecoveryCodes({ random }: Context): string[] {
  return Array.from({ length: LIMITS.recoveryCodes }, () =>
    toHex(random(CODE_BYTES)).replace(/.{4}(?=.)/g, '$&-'),
  );
}

/** The code without what may differ when people type it: case, blanks and dashes. */
export function recoveryText(code: string): string {
  return code.toLowerCase().replace(/[\s-]/g, '');
}
