import type { Attack, Finding, Step } from '../contract.ts';
import { ChatError } from '#client/errors';
import { showUtf8 } from '#protocol/bytes';
import { dialWith } from '../loose-dial.ts';
import { type Frauds, type GalleryName, SERVER_NAME } from '../identities.ts';
import { type OwnIdentity, TlsMiddle } from '../mallory/tls-middle.ts';
import { visitWithOpenssl } from '../openssl-client.ts';
import type { PersonOptions } from '../person.ts';
import type { World } from '../world.ts';
import { needsTls } from './unfit.ts';

/** A certificate that Mallory shows instead of the server's, and a client that looks at it in some way. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly story: string;
  readonly shows: GalleryName;
  readonly client?: (world: World, frauds: Frauds) => PersonOptions;
  /** PEM. What another client would have to trust to be in ana's place; absent where none would refuse it. */
  readonly trusted?: (world: World, frauds: Frauds) => string;
}

/** Milliseconds until the alert of a client that has gone must have come. */
const ALERT_PATIENCE = 1_000;
const caOfServer = ({ certificates }: World): string => certificates.server.ca;

const PASSWORD = /"password":"([^"]*)"/;

/** The client does not look at the certificate at all. */
const careless = (): PersonOptions => ({ dial: dialWith(() => undefined) });

/** The client has seen the server's certificate before, and wants the same. */
function pinning({ certificates }: World): PersonOptions {
  const pin = certificates.fingerprint;
  const judge = dialWith((socket) => {
    const got = socket.getPeerX509Certificate()?.fingerprint256;
    if (got !== pin)
      throw new ChatError('certificate_untrusted', { detail: `its fingerprint is ${got ?? 'missing'}` });
  });
  return { dial: judge };
}

/** Rows that show a certificate of Mallory's own CA to clients that judge in different ways. */
const CLIENTS: readonly Row[] = [
  {
    id: 'own-ca',
    name: 'Show a certificate of her own CA',
    story: 'Mallory makes a CA and a certificate for the name of the server. Ana’s client trusts another CA.',
    shows: 'ofMallory',
    trusted: caOfServer,
  },
  {
    id: 'own-ca-careless',
    name: 'Show it to a client that does not look',
    story:
      'The same, but ana’s client does not check certificates, as many a program does after a copied answer.',
    shows: 'ofMallory',
    client: careless,
  },
  {
    id: 'own-ca-trusted',
    name: 'Show it after her CA is trusted',
    story: 'The same, after somebody has had ana’s client trust Mallory’s CA.',
    shows: 'ofMallory',
    client: (_, { caOfMallory }) => ({ ca: caOfMallory }),
  },
  {
    id: 'own-ca-pinned',
    name: 'Show it to a client with a pin',
    story: 'The same, but ana’s client remembers the certificate of the server, and wants that one.',
    shows: 'ofMallory',
    client: pinning,
  },
];

/** One flaw each: the CA that ana trusts has signed them all, but for the self-signed one and the one of the broken chain. */
const FLAWS: readonly Row[] = [
  {
    id: 'certificate-expired',
    name: 'Show an expired certificate',
    story: 'The CA that ana trusts has signed it for this name, but it is over.',
    shows: 'expired',
    trusted: caOfServer,
  },
  {
    id: 'certificate-not-yet',
    name: 'Show a certificate from the future',
    story: 'The CA that ana trusts has signed it for this name, but its time has not begun.',
    shows: 'notYet',
    trusted: caOfServer,
  },
  {
    id: 'certificate-wrong-host',
    name: 'Show a certificate for another host',
    story: 'The CA that ana trusts has signed it, but for another name. Mallory has that host, and its key.',
    shows: 'wrongHost',
    trusted: caOfServer,
  },
  {
    id: 'certificate-self-signed',
    name: 'Show a self-signed certificate',
    story: 'Mallory signs her certificate with its own key: nobody vouches for it.',
    shows: 'selfSigned',
    trusted: caOfServer,
  },
  {
    id: 'certificate-common-name',
    name: 'Show a certificate with a common name alone',
    story:
      'The CA that ana trusts has signed it. The name of the server is its common name, and the list of alternative names is missing. Old clients take that; the standard has ruled it out.',
    shows: 'nameless',
  },
  {
    id: 'certificate-wrong-usage',
    name: 'Show a certificate for clients',
    story: 'The CA that ana trusts has signed it for this name, but for clients and not for servers.',
    shows: 'forClients',
    trusted: caOfServer,
  },
  {
    id: 'certificate-broken-chain',
    name: 'Show a chain with a gap',
    story:
      'A root that ana trusts vouches for an intermediate CA, and that one for the certificate. Mallory does not send the intermediate, so nothing leads to the root.',
    shows: 'brokenChain',
    client: (_, { root }) => ({ ca: root }),
    trusted: (_, { root }) => root,
  },
  {
    id: 'certificate-weak-key',
    name: 'Show a certificate with a weak key',
    story: 'The CA that ana trusts has signed it for this name, but its RSA key has 1024 bits.',
    shows: 'weakKey',
    trusted: caOfServer,
  },
];

export const MEN_IN_THE_MIDDLE: readonly Attack[] = [...CLIENTS, ...FLAWS].map(
  ({ id, name, story, shows, client, trusted }) => ({
    id,
    family: 'impersonating',
    name,
    story,
    unfit: needsTls,
    world: { accounts: true },
    async *run(world) {
      const frauds = await world.certificates.frauds();
      return yield* between(world, frauds.gallery[shows], {
        client: client?.(world, frauds) ?? {},
        trusted: trusted?.(world, frauds),
      });
    },
  }),
);

async function* between(
  world: World,
  identity: OwnIdentity,
  { client, trusted }: { readonly client: PersonOptions; readonly trusted: string | undefined },
): AsyncGenerator<Step, Finding> {
  const password = world.secret();
  await world.register('ana', password);
  const middle = await TlsMiddle.start(identity, world.address());
  world.atTheEnd(() => middle.close());
  world.mallory.redirect(middle.address);
  yield { title: 'Mallory answers in the place of the server, with this certificate', text: identity.cert };
  try {
    await world.ana({ ...client, password });
  } catch (error) {
    const last = world.mallory.heard.findLast(({ towards }) => towards === 'server');
    // Node looks at the certificate when the handshake is over, and ends the connection without an alert.
    if (last)
      yield { title: 'The last that ana’s client sends, before it closes the connection', bytes: last.bytes };
    yield { title: 'Why it closes the connection', text: (error as ChatError).message };
    if (trusted !== undefined) yield* alertOf(world, middle, trusted);
    return { kind: 'noticed', by: 'the client', code: (error as ChatError).code };
  }
  yield { title: 'What Mallory reads between the two connections', bytes: middle.said };
  const got = PASSWORD.exec(showUtf8(middle.said))?.[1];
  if (got !== undefined) return { kind: 'gained', what: 'the password', wanted: password, got };
  return {
    kind: 'nothing',
    state: `${middle.said.length} bytes out of the TLS, and they are sealed once more`,
  };
}

/** Another client refuses the same certificate in words, where this machine has one. */
async function* alertOf({ mallory, target }: World, middle: TlsMiddle, ca: string): AsyncGenerator<Step> {
  const { newestTls } = target;
  if (!(await visitWithOpenssl(mallory.address, { ca, servername: SERVER_NAME, newestTls }))) return;
  const alert = await middle.refusedWithin(ALERT_PATIENCE);
  const last = mallory.heard.findLast(({ towards }) => towards === 'server');
  if (!alert || !last) return;
  yield {
    title: `The alert with which openssl refuses it, before the handshake is over: ${alert}`,
    bytes: last.bytes,
  };
}
