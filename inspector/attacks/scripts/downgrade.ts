import type { Attack, Finding, Step } from '../contract.ts';
import type { ChatError } from '#client/errors';
import { concat, fromHex, indexOfBytes } from '#protocol/bytes';
import { NONCE_LENGTH, RECORD_HEADER_LENGTH } from '#channel/psk/records';
import { WEAK_SUITES, suiteTitle } from '#channel/psk/suites';
import { meddleOnce, noticedBy } from '../scene.ts';
import { type Target, isWeak, outermost } from '../targets.ts';
import type { World } from '../world.ts';
import { needsTls } from './unfit.ts';

/** Mallory changes the client's first message; then the two either talk, or one of them has noticed. */
async function* changedHello(
  world: World,
  change: (hello: Uint8Array) => Uint8Array,
  what: { readonly name: string; readonly truth: string; readonly of: (protection: string) => string },
): AsyncGenerator<Step, Finding> {
  const met = meddleOnce(world, 'server', (bytes) => [change(bytes)]);
  const entering = world.ana().then(
    (ana) => ({ ana }),
    (error: ChatError) => ({ error }),
  );
  const { bytes } = await met;
  yield { title: 'The hello of ana’s client', bytes };
  yield { title: 'What goes on in its place', bytes: change(bytes) };
  const end = await entering;
  if ('error' in end) return noticedBy(world, end.error);
  return { kind: 'gained', what: what.name, wanted: what.truth, got: what.of(end.ana.protection) };
}

/** Where the only suite of a client hello stands: after the header, the version, the nonce and the count. */
const SUITE_AT = RECORD_HEADER_LENGTH + 1 + NONCE_LENGTH + 1;
const WEAKEST = WEAK_SUITES[0] as (typeof WEAK_SUITES)[number];

export const downgradeSuite: Attack = {
  id: 'downgrade-suite',
  family: 'changing',
  name: 'Talk them down to a weak suite',
  story:
    'The server still accepts a weak suite, for an old client. Mallory changes the hello of ana’s client, as if it wanted that one.',
  world: { alsoWeak: true },
  unfit: (target: Target) => {
    if (outermost(target) !== 'psk') return 'the hello of psk does not cross this wire in the clear';
    return isWeak(target) ? 'the suite is weak already' : undefined;
  },
  run: (world) =>
    changedHello(
      world,
      (hello) =>
        concat([hello.subarray(0, SUITE_AT), Uint8Array.of(WEAKEST.id), hello.subarray(SUITE_AT + 1)]),
      { name: 'the suite', truth: `psk, ${suiteTitle(WEAKEST)}`, of: (protection) => protection },
    ),
};

/** The extension supported_versions of a client that offers TLS 1.3 and 1.2 (RFC 8446 §4.2.1), and one that offers only 1.2. */
const BOTH = fromHex('002b00050403040303');
const ONLY_12 = fromHex('002b00050403030303');

export const downgradeTls: Attack = {
  id: 'downgrade-tls',
  family: 'changing',
  name: 'Talk them down to TLS 1.2',
  story: 'Mallory takes TLS 1.3 out of the list of versions in the hello of ana’s client.',
  unfit: (target) => needsTls(target) ?? (target.newestTls ? 'its client offers nothing newer' : undefined),
  run: (world) =>
    changedHello(
      world,
      (hello) => {
        const at = indexOfBytes(hello, BOTH);
        return at < 0 ? hello : concat([hello.subarray(0, at), ONLY_12, hello.subarray(at + BOTH.length)]);
      },
      { name: 'the version', truth: 'TLSv1.2', of: (protection) => protection.replace(/,.*/s, '') },
    ),
};

export const downgradeWire: Attack = {
  id: 'downgrade-wire',
  family: 'changing',
  name: 'Talk them down to the plain wire',
  story:
    'Mallory leads ana’s connection to the plain wire of the same server. Does her client go on in the clear?',
  unfit: ({ wire }) => (wire === 'plain' ? 'it is the plain wire' : undefined),
  async *run(world) {
    world.mallory.redirect(world.address('plain'), 'as it comes');
    yield { title: 'Mallory leads every new connection to the plain wire' };
    try {
      const ana = await world.ana();
      return { kind: 'gained', what: 'the protection', wanted: 'no protection', got: ana.protection };
    } catch (error) {
      return { kind: 'noticed', by: 'the client', code: (error as ChatError).code };
    }
  },
};
