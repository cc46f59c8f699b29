/**
 * Lab 03: find the logins in what crossed the plain wire.
 *
 * You get one connection as Eve has captured it: a list of segments in the order in which they passed, from both
 * directions, cut anywhere. `c2s` is from the client to the server, `s2c` from the server to the client.
 *
 * A client logs in with {"type":"login","name":…,"password":…,"ref":…}, or makes an account with a message of type
 * register that has the same fields. The server answers each with a message that repeats its ref. It has accepted the
 * password if the type of that answer is auth_success or second_factor_required.
 */
import { createFrameDecoder } from './01-frames.ts';

export interface Segment {
  direction: 'c2s' | 's2c';
  bytes: Uint8Array;
}

export interface Login {
  name: string;
  password: string;
}

/** The accepted logins and registrations, in the order in which they were sent. */
export function findLogins(segments: Segment[]): Login[] {
  // Frames are capped at 65,536 bytes of payload. A payload is JSON in UTF-8.
  return [];
}
