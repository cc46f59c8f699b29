/** Certificates: node-forge puts them together and signs them; reading one needs no more than its bytes. */
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export interface Ca {
  readonly cert: string;
  readonly key: string;
}

interface Validity {
  readonly from: number;
  readonly until: number;
}

export interface CaOrder extends Validity {
  readonly name: string;
  readonly key: string;
}

export interface ServerOrder extends Validity {
  readonly publicKey: string;
  readonly names: readonly string[];
}

export interface Facts extends Validity {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly isCa: boolean;
}

const [DNS_NAME, IP_ADDRESS] = [2, 7];

export function makeCa({ name, key, from, until }: CaOrder): string {
  const privateKey = forge.pki.privateKeyFromPem(key);
  const certificate = blank(forge.pki.setRsaPublicKey(privateKey.n, privateKey.e), { from, until });
  certificate.setSubject([{ name: 'commonName', value: name }]);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: true },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  return signed(certificate, privateKey);
}

export function issue(ca: Ca, { publicKey, names, from, until }: ServerOrder): string {
  const issuer = forge.pki.certificateFromPem(ca.cert);
  const certificate = blank(forge.pki.publicKeyFromPem(publicKey), { from, until });
  certificate.setSubject([{ name: 'commonName', value: names[0]?.slice(0, 64) ?? '' }]);
  certificate.setIssuer(issuer.subject.attributes);
  const altNames = names.map((name) =>
    isIP(name) === 0 ? { type: DNS_NAME, value: name } : { type: IP_ADDRESS, ip: name },
  );
  certificate.setExtensions([
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames },
    { name: 'authorityKeyIdentifier', keyIdentifier: issuer.generateSubjectKeyIdentifier().getBytes() },
  ]);
  return signed(certificate, forge.pki.privateKeyFromPem(ca.key));
}

function blank(publicKey: forge.pki.PublicKey, { from, until }: Validity): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = publicKey;
  // The first byte keeps the number positive, and at its shortest.
  certificate.serialNumber = `40${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(from);
  certificate.validity.notAfter = new Date(until);
  return certificate;
}

function signed(certificate: forge.pki.Certificate, key: forge.pki.rsa.PrivateKey): string {
  certificate.sign(key, forge.md.sha256.create());
  return forge.pki.certificateToPem(certificate);
}

/** One element of DER: what it is, and its content. */
interface Element {
  readonly tag: number;
  readonly bytes: Buffer;
}

const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
const OID = { commonName: '550403', basicConstraints: '551d13', subjectAltName: '551d11' } as const;
const TAG = { boolean: 0x01, utcTime: 0x17, version: 0xa0, extensions: 0xa3 } as const;

export function readCertificate(pem: string): Facts {
  const der = Buffer.from(PEM.exec(pem)?.[1] ?? '', 'base64');
  const all = inside(inside(elements(der)[0])[0]);
  const [, , issuer, validity, subject] = all.filter(({ tag }) => tag !== TAG.version);
  const [from = NaN, until = NaN] = inside(validity).map(timeOf);
  const extensions = all
    .filter(({ tag }) => tag === TAG.extensions)
    .flatMap((each) => inside(inside(each)[0]));
  const extension = (oid: string): Element[] => {
    const found = extensions.map(inside).find(([id]) => id?.bytes.toString('hex') === oid);
    // Its last part holds DER again. A mark that it is critical may stand in front of it.
    return found ? inside(inside(found.at(-1))[0]) : [];
  };
  const names = extension(OID.subjectAltName).map(nameOf);
  const isCa = extension(OID.basicConstraints)[0]?.tag === TAG.boolean;
  return { subject: commonName(subject), issuer: commonName(issuer), names, from, until, isCa };
}

/** The elements that follow each other in these bytes: each is a tag, a length and its content. */
function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes.readUInt8(at + 1);
    const size = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + size;
    const end = start + (size === 0 ? first : bytes.readUIntBE(at + 2, size));
    if (end > bytes.length) throw new Error('the certificate ends in the middle of an element');
    found.push({ tag: bytes.readUInt8(at), bytes: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

function inside(element: Element | undefined): Element[] {
  if (!element) throw new Error('a part of the certificate is missing');
  return elements(element.bytes);
}

/** A name is a sequence of sets of pairs: an identifier, and a text. */
function commonName(name: Element | undefined): string {
  const pairs = inside(name).flatMap(inside).map(inside);
  return pairs.find(([id]) => id?.bytes.toString('hex') === OID.commonName)?.[1]?.bytes.toString() ?? '';
}

function nameOf({ tag, bytes }: Element): string {
  return (tag & 0x1f) === IP_ADDRESS ? bytes.join('.') : bytes.toString('latin1');
}

/** A UTCTime has two digits of the year, from 1950 to 2049; a GeneralizedTime has four. Both end in Z. */
function timeOf({ tag, bytes }: Element): number {
  const text = bytes.toString();
  const full = tag !== TAG.utcTime ? text : text < '50' ? `20${text}` : `19${text}`;
  return Date.parse(full.replace(/^(....)(..)(..)(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
