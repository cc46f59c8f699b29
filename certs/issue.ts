/**
 * Makes certificates. node-forge puts them together here and does nothing else in this project: it parses no
 * certificate (X509Certificate of node:crypto does), and node:crypto makes the keys and signs, in a tenth of the time.
 */
import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  randomInt,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { isAddress } from './hosts.ts';

const DAY = 86_400_000;
const CA_DAYS = 3_652;
/** The CA/Browser Forum allows 398 days; some clients refuse more even from a private CA. */
export const LEAF_DAYS = 397;
/** So that a client whose clock is a little behind does not refuse a certificate made this minute. */
const BACKDATED = DAY;
const MODULUS_BITS = 2048;

export const CA_NAME = 'Wireglass demo CA (not for real use)';
const ORGANISATION = 'Wireglass demo';

/** GeneralName choices (RFC 5280 §4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** A new RSA key: PKCS #8 PEM. */
export async function generateKey(bits = MODULUS_BITS): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: bits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export interface CaOrder {
  readonly name?: string;
  /** How many further CAs may stand between it and a server's certificate. */
  readonly furtherCas?: number;
  /** Who signs it, and with which key (PEM, RSA); it itself unless given. */
  readonly by?: { readonly name: string; readonly key: string };
}

/** A CA's certificate over `caKey` (PEM, RSA): the root's, which signs server certificates and no further CA, unless `order` says otherwise. PEM. */
export function issueCa(caKey: string, now: Date, order: CaOrder = {}): string {
  const { name = CA_NAME, furtherCas = 0, by = { name, key: caKey } } = order;
  const certificate = blank(publicKeyOf(caKey), now, after(now, CA_DAYS));
  certificate.setSubject(nameOf(name));
  certificate.setIssuer(nameOf(by.name));
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: furtherCas },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return signed(certificate, createPrivateKey(by.key));
}

/** What a server certificate is made from: PEM texts, RSA keys. */
export interface LeafOrder {
  readonly caKey: string;
  /** The end of the CA's own time: a leaf that outlived it would promise too much. */
  readonly caEnd: Date;
  readonly key: string;
  /** DNS names and IP addresses; the first is also the common name. */
  readonly hosts: readonly string[];
  readonly now: Date;
  /** The name of the CA, if it is not ours. */
  readonly issuer?: string;
  /** For a lesson: no alternative names, so that the common name stands alone; or a purpose that is not a server's. */
  readonly flaw?: 'no alternative names' | 'for clients';
}

/** A server certificate for `hosts` under the CA of `issueCa`. PEM. */
export function issueLeaf({ caKey, caEnd, key, hosts, now, issuer = CA_NAME, flaw }: LeafOrder): string {
  const end = new Date(Math.min(after(now, LEAF_DAYS).getTime(), caEnd.getTime()));
  const certificate = blank(publicKeyOf(key), now, end);
  certificate.setSubject(nameOf(hosts[0] as string));
  certificate.setIssuer(nameOf(issuer));
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', ...(flaw === 'for clients' ? { clientAuth: true } : { serverAuth: true }) },
    ...(flaw === 'no alternative names'
      ? []
      : [{ name: 'subjectAltName', altNames: hosts.map(generalName) }]),
    { name: 'subjectKeyIdentifier' },
    { name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifier(publicKeyOf(caKey)) },
  ]);
  return signed(certificate, createPrivateKey(caKey));
}

function blank(publicKey: forge.pki.rsa.PublicKey, now: Date, end: Date): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  certificate.serialNumber = randomSerial();
  certificate.validity.notBefore = new Date(now.getTime() - BACKDATED);
  certificate.validity.notAfter = end;
  return certificate;
}

/**
 * 16 bytes whose top bit is clear, so that the number is positive, and whose first byte is not zero, so that its
 * DER form is the shortest (RFC 5280 §4.1.2.2 asks for a positive number of at most 20 bytes).
 */
function randomSerial(): string {
  return Buffer.from([randomInt(0x01, 0x80), ...randomBytes(15)]).toString('hex');
}

function nameOf(commonName: string): forge.pki.CertificateField[] {
  return [
    { name: 'organizationName', value: ORGANISATION },
    // RFC 5280 appendix A.1 caps a common name at 64 characters; clients look at the alternative names anyway.
    { name: 'commonName', value: commonName.slice(0, 64) },
  ];
}

function generalName(host: string): object {
  return isAddress(host) ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host };
}

function after(now: Date, days: number): Date {
  // Whole seconds: a certificate holds no fractions, and the end is the last second that counts.
  return new Date(Math.floor((now.getTime() - BACKDATED) / 1000) * 1000 + days * DAY - 1000);
}

/** What `subjectKeyIdentifier` of the CA holds: SHA-1 of its public key (RFC 5280 §4.2.1.2, method 1). */
function keyIdentifier(publicKey: forge.pki.rsa.PublicKey): string {
  return forge.pki.getPublicKeyFingerprint(publicKey, { type: 'RSAPublicKey' }).getBytes();
}

/** Of a private key (PEM, RSA). */
function publicKeyOf(privateKey: string): forge.pki.rsa.PublicKey {
  const pem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return forge.pki.publicKeyFromPem(pem);
}

function signed(certificate: forge.pki.Certificate, key: KeyObject): string {
  const signer: Pick<forge.pki.rsa.PrivateKey, 'sign'> = {
    sign() {
      const der = forge.asn1.toDer(certificate.tbsCertificate).getBytes();
      return sign('sha256', Buffer.from(der, 'latin1'), key).toString('latin1');
    },
  };
  certificate.sign(signer as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n');
}
