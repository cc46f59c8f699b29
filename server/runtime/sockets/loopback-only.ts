/** Suites that exist to be broken are for lessons on one machine: nobody else may come to rely on them by mistake. */
import type { Suite } from '#channel/psk/suites';
import { isLoopbackHost } from '#protocol/addresses';

/** Throws `Error` when there is a weak suite among these, and others could reach this host. */
export function checkReach(suites: readonly Suite[], host: string): void {
  const weak = suites.filter((suite) => suite.weak !== undefined);
  if (weak.length === 0 || isLoopbackHost(host)) return;
  const [names, are] = [
    weak.map(({ name }) => name).join(', '),
    weak.length === 1 ? 'is a weak suite' : 'are weak suites',
  ];
  throw new Error(
    `${names} ${are}, for lessons on this machine only, but others can reach ${host}: listen on 127.0.0.1, or do without weak suites`,
  );
}
