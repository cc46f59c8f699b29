/** Whether the client has what a psk layer needs, before anything is sent. */
import { suiteTitle } from '#channel/psk/suites';
import { isLoopbackHost } from '#protocol/addresses';
import { needsKeys } from '#protocol/wires';
import { ChatError, type WireAddress } from '../errors.ts';
import type { DialOptions } from './dialling.ts';

type Secured = Pick<DialOptions, 'wire' | 'keys' | 'suite' | 'weakSuitesOnLan'>;

/** Throws `ChatError` no_key or weak_suite. */
export function checkKeys(
  { wire, keys = [], suite, weakSuitesOnLan = false }: Secured,
  address: WireAddress,
): void {
  if (needsKeys(wire, 'shared') && keys.length === 0) throw new ChatError('no_key', { address });
  if (suite?.weak !== undefined && !weakSuitesOnLan && !isLoopbackHost(address.host))
    throw new ChatError('weak_suite', { address, detail: suiteTitle(suite) });
}
