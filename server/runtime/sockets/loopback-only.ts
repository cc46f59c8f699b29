/**
 * Suites that exist to be broken are for lessons on one machine: nobody else may come to rely on them by mistake. Whoever wants a
 * whole classroom to break them says so a second time.
 */
import type { Suite } from '#channel/psk/suites';
import { isLoopbackHost } from '#protocol/addresses';

export interface WeakSuites {
  /** By default every sound one: then there is nothing to look at. */
  readonly suites?: readonly Suite[] | undefined;
  /** Said separately: others may reach the weak ones among them. */
  readonly weakSuitesOnLan?: boolean | undefined;
}

/** The names of the suites among these that exist to be broken. */
export function weakNames({ suites = [] }: WeakSuites): readonly string[] {
  return suites.filter(({ weak }) => weak !== undefined).map(({ name }) => name);
}

/** Throws `Error` when others could reach a weak suite on this host, and nobody has said that they may. */
export function checkReach(accepted: WeakSuites, host: string): void {
  const names = weakNames(accepted);
  if (accepted.weakSuitesOnLan || names.length === 0 || isLoopbackHost(host)) return;
  const are = names.length === 1 ? 'is a weak suite' : 'are weak suites';
  throw new Error(
    `${names.join(', ')} ${are}, for lessons on this machine, but others can reach ${host}: listen on 127.0.0.1, or do without weak suites. If a whole class is to break them, say so a second time with --weak-suites-on-lan (psk.weak-suites-on-lan): then anyone on that network can read and forge what is sent with them`,
  );
}

/** Whether others can reach a weak suite through one of these hosts. */
export function weakWithinReach(accepted: WeakSuites, hosts: readonly string[]): boolean {
  return weakNames(accepted).length > 0 && !hosts.every(isLoopbackHost);
}
