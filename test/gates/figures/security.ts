/** The figures of the page about security: caps and rates from the code, and what soaks have measured. */
import { BCRYPT_COST, MOST_WAITING } from '#accounts/passwords';
import { LOGIN_RATES } from '#accounts/login-throttle';
import { FAMILY_LENGTH } from '#chat/commands/accounts/proof';
import { MOST_TRIES } from '#chat/commands/accounts/second-factor';
import { CARRIERS, IPV6_NETWORK_BITS } from '#protocol/addresses';
import { LIMITS } from '#protocol/limits';
import { DEFENCE, NETWORK_FACTOR } from '#runtime/defence/defence';
import { LINGER_AT_MOST_MS, LINGER_MS } from '#tap/tapped-connection';
import { CALLERS, REQUEST_TIMEOUTS, SOCKETS } from '#web/caps';
import { CONSOLE } from '#web/console/caps';
import { SECRET_BYTES } from '#web/console/sessions';
import { SLICE_BYTES, SLICE_MS } from '#web/captures';
import { RESERVED, SOCKETS as SOCKETS_OF_CONNECTION } from '../../../server/cli/open-files.ts';
import type { Fixed, Held } from './figures.ts';
import { measured } from './operations.ts';
import { type Row, says, word } from './row.ts';

const MIB = 1024 ** 2;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

function guessing(): readonly Row[] {
  const { oneAddress, strangers, knownDevices, oneNetwork, server } = LOGIN_RATES;
  const most = [strangers, knownDevices].reduce((sum, { burst, perMinute }) => sum + burst + perMinute, 0);
  const [one, all, known] = [oneAddress, strangers, knownDevices].map(
    ({ burst, perMinute }) => `${word(burst)} at once and ${word(perMinute)} a minute`,
  );
  return [
    says`hashes of cost ${BCRYPT_COST}.`,
    says`at least ${LIMITS.passwordLeast} characters and at most ${LIMITS.passwordBytes} bytes`,
    says`At most ${word(most)} guesses a minute at one account`,
    says`${one ?? ''} from one network, ${all ?? ''} from all strangers, ${known ?? ''} from devices`,
    says`All accounts together have ${server.burst} at once and ${server.perMinute} a minute.`,
    says`is accepted for ${word(LIMITS.halfLogin / MINUTE)} minutes, and may be tried ${word(MOST_TRIES)} times at most.`,
    says`at most ${LIMITS.loginSessions} logins.`,
    says`at most ${oneNetwork.burst} times at once and ${oneNetwork.perMinute} times a minute.`,
    says`begins with the same ${4 * FAMILY_LENGTH} secret bits`,
    says`At most ${MOST_WAITING} logins wait for it, and ${MOST_WAITING} more on known devices`,
  ];
}

function console(): readonly Row[] {
  return [
    says`The token in a link is ${8 * SECRET_BYTES} random bits that expire after ${CONSOLE.linkTime / MINUTE} minutes.`,
    says`holds ${8 * SECRET_BYTES} other random bits.`,
  ];
}

function overuse(): readonly Row[] {
  const queue = LIMITS.sendQueue / MIB;
  return [
    says`a network may send ${NETWORK_FACTOR} times as many`,
    says`bytes waiting for a client | ${queue} MiB |`,
    says`bytes waiting for a page | ${queue} MiB |`,
    says`connections to the page's port | ${CALLERS.total}, and ${CALLERS.perNetwork} of a network |`,
    says`WebSockets of pages | ${SOCKETS.total}, and ${SOCKETS.perNetwork} of a network |`,
    says`${REQUEST_TIMEOUTS.head / SECOND} seconds; the whole request ${REQUEST_TIMEOUTS.whole / SECOND} |`,
    says`takes ${word(SOCKETS_OF_CONNECTION.tapped)} sockets of one process`,
    says`keeps ${RESERVED} descriptors for everything else`,
    says`gets ${word(LINGER_MS / SECOND)} seconds from the last byte that moved, and ${LINGER_AT_MOST_MS / SECOND} in all.`,
    says`in slices of at most ${SLICE_BYTES / 1024} KiB and ${SLICE_MS} ms`,
    says`${DEFENCE.connections} connections with ${queue} MiB waiting on each take ${Math.round((DEFENCE.connections * LIMITS.sendQueue) / 1024 ** 3)} GiB.`,
  ];
}

function networks(): readonly Row[] {
  const prefixOf = (first: string): string => {
    const carrier = CARRIERS.find(({ start }) => start.toString() === first);
    return carrier ? `${first}/${carrier.bits}` : `no ${first}`;
  };
  return [
    says`| IPv6 | its first ${IPV6_NETWORK_BITS} bits |`,
    says`| NAT64 (\`${prefixOf('64:ff9b::')}\`, \`${prefixOf('64:ff9b:1::')}\`) |`,
    says`| 6to4 (\`${prefixOf('2002::')}\`) |`,
    says`| Teredo (\`${prefixOf('2001::')}\`) |`,
    says`all its users share one /${IPV6_NETWORK_BITS}.`,
    says`applies to its /${IPV6_NETWORK_BITS};`,
  ];
}

const MEASURED: readonly Fixed[] = [
  measured('guessing', 'on the tls wire of the real program (load 13, and 9 for'),
  measured('logins', /`npm run soak -- logins`, 50 logins at once .*? nobody else used \(load [\d.]+\):/),
  measured('logins', 'the 99th percentile rose from 31 to 202 ms on the busy machine'),
  measured('slow-clients', /`npm run soak -- slow-clients`, 500 clients .*? \(load [\d.]+\):/),
  measured('slow-readers', /three rounds \(load [\d.]+\)\. The table gives the 99th percentile/),
  measured('slow-readers', /\| [\d.]+, [\d.]+, [\d.]+ ms \| [\d.]+, [\d.]+, [\d.]+ ms \| \+[\d.]+ MiB \|/),
  measured('descriptors', /`npm run soak -- descriptors`, 20 clients .*? after [\d.]+ s, when the time/),
  measured('mutants', /`npm run soak -- mutants`, .*? up from 192 MiB, of which the tap held some 30 MiB\./),
  measured('mutants', /Meanwhile another client's pings took 16 ms, .*?\(before: [^)]*\)/),
  measured('mutants', '297 MiB, up from 189 MiB.'),
  measured(
    'nuisances',
    /`npm run soak -- nuisances`, .*?\(before: [^)]*\), and the audit log took two lines/,
  ),
  measured('nuisances', /A guest changed its presence 46 times .*?\(before: [^)]*\)/),
  measured('captures', /`npm run soak -- captures`, .*?\(before: [^)]*\)\./),
  measured('shutdown', /`npm run soak -- shutdown`, .*? exited with 0 after \d+ ms\./),
  measured('crowd', /`npm run soak -- crowd`, 1,000 clients .*? \(load [\d.]+\):/),
];

export const SECURITY: Readonly<Record<string, Held>> = {
  'docs/reference/security.md': {
    rows: [...guessing(), ...overuse(), ...networks(), ...console()],
    fixed: [
      { text: 'exits with 1 when the promise does not hold', by: 'test/soak/run.ts' },
      { text: '| 408, closed |', by: 'RFC 9110 §15.5.9' },
      { text: /\| RFC 4291, (6177|2765) \||\| RFC 6052, 8215 \|/, by: 'numbers of RFCs' },
      { text: '`ADDRESS/128`', by: 'RFC 4291 §2: an address has 128 bits' },
      ...MEASURED,
    ],
  },
};
