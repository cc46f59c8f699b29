/** Why some attacks cannot even be tried against some targets. */
import type { Target } from '../targets.ts';
import { outermost } from '../targets.ts';

/** For attacks on records of the psk layer that Mallory can reach: those that stand outermost. */
export function needsSealed(target: Target): string | undefined {
  const layer = outermost(target);
  if (layer === undefined) return 'nothing is sealed on this wire';
  return layer === 'psk' ? undefined : 'TLS makes a new key for each connection and never uses a nonce twice';
}

/** For attacks on the handshake of the psk layer. */
export function needsPsk({ wire }: Target): string | undefined {
  return wire === 'psk' || wire === 'tls+psk' ? undefined : 'there is no shared key on this wire';
}

/** For attacks on the handshake of TLS. */
export function needsTls(target: Target): string | undefined {
  return outermost(target) === 'tls' ? undefined : 'there is no TLS on this wire';
}
