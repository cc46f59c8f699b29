/** What the checks of lab 08 have the learner's code make, and what TLS clients say of it. */
import { X509Certificate, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, fail } from '#judge/failure';
import { type PieceObject, PieceThrew } from '#judge/piece';
import type { Random } from '#judge/random';
import { issueLeaf } from '#certs/issue';
import { verify } from './handshake.ts';

export const CA = 'makeCa';
export const ISSUE = 'issue';

const SECOND = 1_000;
export const DAY = 86_400 * SECOND;

interface KeyPair {
  /** PEM. */
  readonly private: string;
  readonly public: string;
}
export interface KeyPairs {
  readonly ca: KeyPair;
  readonly server: KeyPair;
  readonly other: KeyPair;
}
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** Signing takes node-forge a sixth of the time with the short ones. TLS of our days refuses them. */
export const BITS = { short: 1024, forTls: 2048 } as const;
const made = new Map<number, Promise<KeyPairs>>();

/** The same in all checks of a run: making them takes far longer than everything else. */
export function keyPairs(bits: number = BITS.short): Promise<KeyPairs> {
  const found =
    made.get(bits) ??
    Promise.all([keyPair(bits), keyPair(bits), keyPair(bits)]).then(([ca, server, other]) => ({
      ca,
      server,
      other,
    }));
  made.set(bits, found);
  return found;
}

async function keyPair(modulusLength: number): Promise<KeyPair> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength });
  return {
    private: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

interface MadeCa {
  readonly keys: KeyPairs;
  readonly validity: Validity;
  readonly name: string;
  readonly caPem: string;
  readonly ca: X509Certificate;
}
interface Issued extends MadeCa {
  readonly names: readonly string[];
  readonly leafPem: string;
  readonly leaf: X509Certificate;
}

export async function caFrom(
  piece: PieceObject,
  random: Random,
  { validity: given, bits }: { readonly validity?: Validity; readonly bits?: number } = {},
): Promise<MadeCa> {
  const keys = await keyPairs(bits);
  const now = secondsOf(Date.now());
  const validity = given ?? { from: now - DAY, until: now + random.between(5, 500) * DAY };
  const name = `CA ${random.word(8)}`;
  const caPem = await piece.call(CA, { name, key: keys.ca.private, ...validity });
  return { keys, validity, name, caPem: caPem as string, ca: certificateOf(caPem, CA) };
}

export async function leafFrom(
  piece: PieceObject,
  random: Random,
  options: { readonly names?: readonly string[]; readonly validity?: Validity; readonly bits?: number } = {},
): Promise<Issued> {
  const made = await caFrom(piece, random, options);
  const names = options.names ?? [`${random.word(8)}.example`];
  return reissued(piece, { ...made, names }, made.validity);
}

export async function reissued(
  piece: PieceObject,
  made: MadeCa & { readonly names: readonly string[] },
  validity: Validity,
): Promise<Issued> {
  const { caPem, keys, names } = made;
  const ca = { cert: caPem, key: keys.ca.private };
  const leafPem = await piece.call(ISSUE, ca, { publicKey: keys.server.public, names, ...validity });
  return { ...made, leafPem: leafPem as string, leaf: certificateOf(leafPem, ISSUE) };
}

/** Whether a client refuses what a server has signed as if it were a CA. */
export async function isRefusedAsCa(piece: PieceObject, issued: Issued): Promise<boolean> {
  const { keys, leafPem, caPem, validity } = issued;
  const server = { cert: leafPem, key: keys.server.private };
  const order = { publicKey: keys.other.public, names: ['victim.example'], ...validity };
  const forged = await piece.call(ISSUE, server, order).catch((error: unknown) => {
    // It may also notice by itself that this is no CA.
    if (error instanceof PieceThrew) return undefined;
    throw error;
  });
  if (forged === undefined) return true;
  const chain = `${certificateOf(forged, ISSUE).toString()}${issued.leaf.toString()}`;
  const identity = { cert: chain, key: keys.other.private };
  const word = await verify(identity, { ca: caPem, host: 'victim.example' });
  return word !== 'accepted';
}

export async function said(
  issued: Issued,
  { host, ca }: { readonly host?: string; readonly ca?: string },
): Promise<string> {
  const { leafPem, keys, caPem, names } = issued;
  return verify(
    { cert: leafPem, key: keys.server.private },
    { ca: ca ?? caPem, host: host ?? (names[0] as string) },
  );
}

export function certificateOf(pem: unknown, from: string): X509Certificate {
  if (typeof pem !== 'string') fail({ what: `${from} must return a certificate in PEM`, got: describe(pem) });
  try {
    return new X509Certificate(pem);
  } catch (error) {
    return fail({
      what: `OpenSSL cannot read what ${from} returns: ${String(error)}`,
      expected: 'PEM',
      got: describe(pem),
    });
  }
}

export function leafOf(
  hosts: readonly string[],
  { keys, caPem, now }: { readonly keys: KeyPairs; readonly caPem: string; readonly now: Date },
): string {
  const caEnd = new Date(new X509Certificate(caPem).validTo);
  return issueLeaf({ caKey: keys.ca.private, caEnd, key: keys.server.private, hosts, now });
}

export function secondsOf(time: number): number {
  return Math.floor(time / SECOND) * SECOND;
}
