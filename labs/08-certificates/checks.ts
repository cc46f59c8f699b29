/** What the certificates of lab 08 must be, asked as OpenSSL asks, and what reading one must give. */
import { X509Certificate, createPublicKey } from 'node:crypto';
import type { Check } from '#judge/check';
import { inHex, must, mustEqual } from '#judge/failure';
import type { PieceObject } from '#judge/piece';
import { mustThrow } from '#judge/refusals';
import { CA_NAME, issueCa } from '#certs/issue';
import { OIDS, factsOf, hasUsage, saysCa } from './certificate-facts.ts';
import {
  BITS,
  CA,
  DAY,
  ISSUE,
  type Validity,
  caFrom,
  certificateOf,
  isRefusedAsCa,
  keyPairs,
  leafFrom,
  leafOf,
  reissued,
  said,
  secondsOf,
} from './orders.ts';

const READ = 'readCertificate';
const LOOK = { wire: 'tls', filter: 'tls.handshake.type == "certificate"' };

const SERIALS = 12;
/** Bits of keyUsage (RFC 5280 §4.2.1.3). */
const [DIGITAL_SIGNATURE, KEY_CERT_SIGN] = [0, 5];

export const CHECKS: readonly Check[] = [
  {
    id: 'ca-signs-itself',
    requires:
      'The certificate of the CA has the CA as its holder and issuer, and is signed with its own key.',
    why: 'A chain must end somewhere: a root is trusted because it is on a list, not because of its signature.',
    about: CA,
    run: async ({ piece, random }) => {
      const { ca, name, keys } = await caFrom(piece, random);
      mustEqual(ca.subject, `CN=${name}`, 'the holder of the CA certificate');
      mustEqual(ca.issuer, `CN=${name}`, 'the issuer of the CA certificate');
      must(
        samePublicKey(ca, keys.ca.public),
        'the CA certificate holds another public key than that of the CA',
      );
      must(ca.verify(ca.publicKey), 'the signature of the CA certificate does not fit its own key');
    },
  },
  {
    id: 'ca-is-a-ca',
    requires:
      'The CA certificate says that it is a CA, in basicConstraints and keyUsage, and both are critical.',
    why: 'A client that does not understand a critical extension must refuse the certificate, not ignore the limit.',
    about: CA,
    run: async ({ piece, random }) => {
      const { ca } = await caFrom(piece, random);
      const { extensions } = factsOf(ca.raw);
      must(saysCa(extensions.get(OIDS.basicConstraints)), 'basicConstraints does not say cA');
      must(extensions.get(OIDS.basicConstraints)?.isCritical === true, 'basicConstraints is not critical');
      must(hasUsage(extensions.get(OIDS.keyUsage), KEY_CERT_SIGN), 'keyUsage does not allow keyCertSign');
      must(extensions.get(OIDS.keyUsage)?.isCritical === true, 'keyUsage is not critical');
    },
  },
  {
    id: 'signed-by-the-ca',
    requires:
      'The certificate of a server names the CA as its issuer, and its signature fits the key of the CA.',
    why: 'This signature is all that a certificate is worth.',
    about: ISSUE,
    look: LOOK,
    run: async ({ piece, random }) => {
      const { ca, leaf } = await leafFrom(piece, random);
      mustEqual(leaf.issuer, ca.subject, 'the issuer of the certificate');
      must(leaf.checkIssued(ca), 'the certificate does not fit the CA that has issued it');
      must(leaf.verify(ca.publicKey), 'the signature does not fit the key of the CA');
    },
  },
  {
    id: 'key-of-the-server',
    requires: 'The certificate holds the public key that was handed in.',
    why: 'The CA vouches that this key belongs to that name; the private key never leaves the server.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      const { leaf, keys } = await leafFrom(piece, random);
      must(samePublicKey(leaf, keys.server.public), 'the certificate holds another public key');
    },
  },
  {
    id: 'sha-256',
    requires: 'Both certificates are signed with SHA-256.',
    why: 'SHA-1, which node-forge takes unless you say otherwise, is broken: two contents with the same hash can be made.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      const { ca, leaf } = await leafFrom(piece, random);
      for (const [what, { raw }] of Object.entries({ 'the CA certificate': ca, 'the certificate': leaf }))
        must(factsOf(raw).signature === OIDS.sha256WithRsa, `${what} is not signed with SHA-256 and RSA`);
    },
  },
  {
    id: 'serial-numbers',
    requires: 'Serial numbers are random, positive, and have 8 to 20 bytes.',
    why: 'An attacker who can guess it can prepare a collision of hashes, and RFC 5280 wants a positive number.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      const { ca, caPem, keys, validity } = await caFrom(piece, random);
      const order = { publicKey: keys.server.public, names: ['localhost'], ...validity };
      const calls = Array.from({ length: SERIALS }, () => [{ cert: caPem, key: keys.ca.private }, order]);
      const leaves = (await piece.each(ISSUE, calls)).map((pem) => certificateOf(pem, ISSUE));
      const serials = [ca, ...leaves].map(({ raw }) => factsOf(raw).serial);
      for (const [at, serial] of serials.entries()) {
        const whose = `the serial number of ${at === 0 ? 'the CA certificate' : 'a server’s certificate'}`;
        must((serial[0] as number) < 0x80, { what: `${whose} is negative`, got: inHex(serial) });
        const expected = '8 to 20 bytes';
        must(serial.length >= 8 && serial.length <= 20, {
          what: `${whose} has the wrong length`,
          expected,
          got: inHex(serial),
        });
      }
      const middles = new Set(serials.map((serial) => serial.slice(1, 7).join()));
      must(middles.size === serials.length, {
        what: `${SERIALS + 1} serial numbers are not random`,
        expected: 'numbers that nobody can guess',
        got: serials.slice(0, 2).map(inHex).join(' and '),
      });
    },
  },
  {
    id: 'validity',
    requires:
      'Both certificates are valid from and until exactly the seconds that were asked for, also after 2049.',
    why: 'Until 2049 a certificate has two digits for the year, and from 2050 on four.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      for (const until of [
        Date.UTC(2049, 11, 31, 23, 59, 59),
        Date.UTC(2050, 0, 1),
        Date.UTC(2061, 4, 6, 7, 8, 9),
      ]) {
        const from = secondsOf(Date.now() - random.between(1, 900) * DAY);
        const { ca, leaf } = await leafFrom(piece, random, { validity: { from, until } });
        for (const { validFrom, validTo } of [ca, leaf]) {
          mustEqual(timeText(validFrom), timeText(from), 'the beginning');
          mustEqual(timeText(validTo), timeText(until), 'the end');
        }
      }
    },
  },
  {
    id: 'names',
    requires: 'The certificate is good for every name and address that was ordered, and for no other.',
    why: 'Clients look at the subject alternative names only, and an address must be there as an address.',
    about: ISSUE,
    look: LOOK,
    run: async ({ piece, random }) => {
      const names = [`${random.word(8)}.example`, 'localhost', `${random.word(5)}.${random.word(6)}.test`];
      const addresses = ['127.0.0.1', `10.0.${random.between(0, 255)}.7`, '::1', '2001:db8::8:800:200c:417a'];
      const { leaf } = await leafFrom(piece, random, { names: [...names, ...addresses] });
      const subject = 'never' as const;
      for (const name of names)
        must(leaf.checkHost(name, { subject }) !== undefined, `the certificate is not good for ${name}`);
      for (const address of addresses)
        must(leaf.checkIP(address) !== undefined, `the certificate is not good for the address ${address}`);
      for (const other of [`${random.word(9)}.example`, 'example', `x.${names[0]}`])
        must(leaf.checkHost(other, { subject }) === undefined, `the certificate is also good for ${other}`);
      must(leaf.checkIP('127.0.0.2') === undefined, 'the certificate is also good for 127.0.0.2');
    },
  },
  {
    id: 'server-is-no-ca',
    requires: 'The certificate of a server says that it is no CA, and may be used for TLS servers only.',
    why: 'If it could sign certificates, everyone who has one could speak for every name there is.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      const { leaf } = await leafFrom(piece, random);
      const { extensions } = factsOf(leaf.raw);
      must(!saysCa(extensions.get(OIDS.basicConstraints)), 'basicConstraints says that the server is a CA');
      must(extensions.has(OIDS.basicConstraints), 'there is no basicConstraints');
      const usage = extensions.get(OIDS.keyUsage);
      must(!hasUsage(usage, KEY_CERT_SIGN), 'keyUsage allows keyCertSign');
      must(
        hasUsage(usage, DIGITAL_SIGNATURE),
        'keyUsage does not allow digitalSignature, with which TLS 1.3 proves the key',
      );
      const purposes = extensions.get(OIDS.extendedKeyUsage)?.value ?? new Uint8Array();
      must(
        Buffer.from(purposes).includes(Buffer.from(OIDS.serverAuth, 'hex')),
        'extKeyUsage does not say serverAuth',
      );
    },
  },
  {
    id: 'accepted',
    requires: 'A TLS client that trusts the CA accepts the server under each of its names.',
    why: 'OpenSSL has the last word: it looks at all of this at once.',
    about: ISSUE,
    look: LOOK,
    run: async ({ piece, random }) => {
      const host = `${random.word(8)}.example`;
      const issued = await leafFrom(piece, random, { names: [host, '127.0.0.1'], bits: BITS.forTls });
      for (const name of [host, '127.0.0.1'])
        mustEqual(await said(issued, { host: name }), 'accepted', `what a TLS client says of ${name}`);
    },
  },
  {
    id: 'refused',
    requires:
      'A TLS client refuses another name, another CA, a certificate before and after its time, and one that a server has signed.',
    why: 'A certificate that is too good is worse than none: it is believed.',
    about: ISSUE,
    run: async ({ piece, random }) => {
      const now = secondsOf(Date.now());
      const issued = await leafFrom(piece, random, { bits: BITS.forTls });
      mustEqual(await said(issued, {}), 'accepted', 'what a TLS client says of the certificate');
      mustEqual(
        await said(issued, { host: 'other.example' }),
        'ERR_TLS_CERT_ALTNAME_INVALID',
        'its word on another name',
      );
      const stranger = certificateOf(issueCa(issued.keys.other.private, new Date()), CA);
      const unknown = await said(issued, { ca: stranger.toString() });
      must(unknown.startsWith('UNABLE_TO_'), {
        what: 'a client that trusts another CA does not refuse the certificate',
        expected: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE or UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
        got: unknown,
      });
      const past = await reissued(piece, issued, { from: now - 9 * DAY, until: now - DAY });
      mustEqual(await said(past, {}), 'CERT_HAS_EXPIRED', 'its word on an expired certificate');
      const future = await reissued(piece, issued, { from: now + DAY, until: now + 9 * DAY });
      mustEqual(await said(future, {}), 'CERT_NOT_YET_VALID', 'its word on a certificate of tomorrow');
      must(await isRefusedAsCa(piece, issued), 'a certificate that the server has signed is accepted');
    },
  },
  {
    id: 'reads',
    requires:
      'Reading gives holder, issuer, names, times and whether it is a CA, for certificates of other programs.',
    why: 'What your own code writes it can read; what others write shows whether you have read it right.',
    about: READ,
    look: LOOK,
    run: async ({ piece, random }) => {
      const keys = await keyPairs();
      for (const now of [
        new Date(),
        new Date(Date.UTC(random.between(1951, 1999), 1, 3, 4, 5, 6)),
        new Date(Date.UTC(2055, 6, 1)),
      ]) {
        const caPem = issueCa(keys.ca.private, now);
        await mustRead(piece, caPem, { subject: CA_NAME, issuer: CA_NAME, names: [], isCa: true });
        const names = [
          `${random.word(9)}.example`,
          '127.0.0.1',
          `${random.word(60)}.test`,
          `192.168.${random.between(0, 255)}.1`,
        ];
        const leaf = leafOf(names, { keys, caPem, now });
        await mustRead(piece, leaf, { subject: names[0] as string, issuer: CA_NAME, names, isCa: false });
      }
    },
  },
  {
    id: 'reads-names-whole',
    requires:
      'A name comes as it is in the certificate: one with a comma is one name, one with a NUL does not end there.',
    why: 'Programs that put the names into one text, or read them like C, were made to believe in names that nobody had vouched for.',
    about: READ,
    run: async ({ piece, random }) => {
      const keys = await keyPairs();
      const caPem = issueCa(keys.ca.private, new Date());
      const [good, evil] = [`${random.word(6)}.example`, `${random.word(6)}.test`];
      for (const odd of [`${evil}, DNS:${good}`, `${good}\0.${evil}`]) {
        const names = ['first.example', odd, 'last.example'];
        const leaf = leafOf(names, { keys, caPem, now: new Date() });
        await mustRead(piece, leaf, { subject: 'first.example', issuer: CA_NAME, names, isCa: false });
      }
    },
  },
  {
    id: 'refuses-garbage',
    requires: 'What is not a whole certificate is refused.',
    why: 'Certificates come from strangers: a length that leads beyond the end must not be followed.',
    about: READ,
    run: async ({ piece, random }) => {
      const keys = await keyPairs();
      const pem = issueCa(keys.ca.private, new Date());
      await mustRead(piece, pem, { subject: CA_NAME, issuer: CA_NAME, names: [], isCa: true });
      const { raw } = new X509Certificate(pem);
      const cuts = [1, 2, 30, 200, raw.length - 1].map((length) => pemOf(raw.subarray(0, length)));
      for (const text of ['', 'hello', '{}', pemOf(random.bytes(200).fill(0x30, 0, 1)), ...cuts])
        await mustThrow(piece, {
          method: READ,
          args: [text],
          what: `a text of ${text.length} characters that is no certificate`,
        });
    },
  },
];

function samePublicKey({ publicKey }: X509Certificate, pem: string): boolean {
  return publicKey.equals(createPublicKey(pem));
}

interface Expected {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly isCa: boolean;
}

async function mustRead(
  piece: PieceObject,
  pem: string,
  { subject, issuer, names, isCa }: Expected,
): Promise<void> {
  const got = (await piece.call(READ, pem)) as (Partial<Expected> & Partial<Validity>) | null | undefined;
  mustEqual(got?.subject, subject.slice(0, 64), 'subject');
  mustEqual(got?.issuer, issuer, 'issuer');
  const [found, wanted] = [JSON.stringify(got?.names), JSON.stringify(names)];
  // Described again, as mustEqual does it, the quotes and backslashes would be doubled.
  must(found === wanted, { what: 'names is not right', expected: wanted, got: found });
  mustEqual(got?.isCa, isCa, 'isCa');
  const { validFrom, validTo } = new X509Certificate(pem);
  mustEqual(got?.from, Date.parse(validFrom), 'from');
  mustEqual(got?.until, Date.parse(validTo), 'until');
}

function pemOf(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** For people: what X509Certificate writes, or milliseconds. */
function timeText(time: string | number): string {
  return new Date(time).toISOString();
}
