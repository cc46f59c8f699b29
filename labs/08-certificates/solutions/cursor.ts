/** Reads with a cursor that steps through the bytes in order, as one reads with a finger; closures and a generator. */
import { randomFillSync } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

type Order = { from: number; until: number };
type Facts = { subject: string; issuer: string; names: string[]; from: number; until: number; isCa: boolean };

const make =
  (fill: (cert: forge.pki.Certificate) => void) =>
  ({ from, until }: Order, signer: string): string => {
    const cert = forge.pki.createCertificate();
    const serial = randomFillSync(new Uint8Array(20));
    serial[0] = (serial[0]! & 0x3f) | 0x40;
    cert.serialNumber = Buffer.from(serial).toString('hex');
    cert.validity = { notBefore: new Date(from), notAfter: new Date(until) };
    fill(cert);
    cert.sign(forge.pki.privateKeyFromPem(signer), forge.md.sha256.create());
    return forge.pki.certificateToPem(cert);
  };

export function makeCa(order: Order & { name: string; key: string }): string {
  return make((cert) => {
    const { n, e } = forge.pki.privateKeyFromPem(order.key);
    cert.publicKey = forge.pki.setRsaPublicKey(n, e);
    for (const set of [cert.setSubject, cert.setIssuer])
      set.call(cert, [{ type: '2.5.4.3', value: order.name }]);
    cert.setExtensions([
      { name: 'keyUsage', critical: true, keyCertSign: true },
      { name: 'basicConstraints', critical: true, cA: true },
    ]);
  })(order, order.key);
}

export function issue(
  ca: { cert: string; key: string },
  order: Order & { publicKey: string; names: string[] },
): string {
  return make((cert) => {
    cert.publicKey = forge.pki.publicKeyFromPem(order.publicKey);
    cert.setSubject([{ name: 'organizationName', value: 'nobody' }]);
    cert.setIssuer([{ name: 'commonName', value: readCertificate(ca.cert).subject }]);
    const altNames = order.names.map((name) => ({
      type: isIP(name) ? 7 : 2,
      ...(isIP(name) ? { ip: name } : { value: name }),
    }));
    const usage = [
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'keyUsage', critical: true, digitalSignature: true },
    ];
    cert.setExtensions([
      ...usage,
      { name: 'basicConstraints', critical: true, cA: false },
      { name: 'subjectAltName', altNames },
    ]);
  })(order, ca.key);
}

function cursor(bytes: Uint8Array) {
  let at = 0;
  const byte = (): number => {
    if (at >= bytes.length) throw new RangeError('end of bytes');
    return bytes[at++]!;
  };
  const next = (expected?: number) => {
    const tag = byte();
    if (expected !== undefined && tag !== expected) throw new TypeError(`tag ${tag} instead of ${expected}`);
    let length = byte();
    if (length >= 0x80)
      for (let count = length - 0x80, all = (length = 0); all < count; all++) length = length * 256 + byte();
    if (at + length > bytes.length) throw new RangeError('too long');
    const content = bytes.subarray(at, (at += length));
    return { tag, content, open: () => cursor(content), text: () => String.fromCharCode(...content) };
  };
  return {
    next,
    *rest() {
      while (at < bytes.length) yield next();
    },
  };
}

const hex = (bytes: Uint8Array): string => [...bytes].map((b) => (b + 256).toString(16).slice(1)).join('');

function commonName(name: ReturnType<ReturnType<typeof cursor>['next']>): string {
  for (const set of name.open().rest())
    for (const pair of set.open().rest()) {
      const [id, value] = [...pair.open().rest()];
      if (hex(id!.content) === '550403') return new TextDecoder().decode(value!.content);
    }
  return '';
}

function time(text: string): number {
  const [, year, ...rest] = /^(\d\d(?:\d\d)?)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text)!.map(Number);
  const full = text.length === 15 ? year! : year! + (year! >= 50 ? 1900 : 2000);
  const [month, day, hour, minute, second] = rest as [number, number, number, number, number];
  return Date.UTC(full, month - 1, day, hour, minute, second);
}

export function readCertificate(pem: string): Facts {
  const lines = pem.trim().split(/\r?\n/);
  if (lines[0] !== '-----BEGIN CERTIFICATE-----') throw new SyntaxError('not PEM');
  const tbs = cursor(Buffer.from(lines.slice(1, -1).join(''), 'base64'))
    .next(0x30)
    .open()
    .next(0x30)
    .open();
  tbs.next(0xa0);
  tbs.next(0x02);
  tbs.next(0x30);
  const issuer = commonName(tbs.next(0x30));
  const [from, until] = [...tbs.next(0x30).open().rest()].map((each) => time(each.text())) as [
    number,
    number,
  ];
  const facts: Facts = { subject: commonName(tbs.next(0x30)), issuer, from, until, names: [], isCa: false };
  for (const part of tbs.rest()) {
    if (part.tag !== 0xa3) continue;
    for (const extension of part.open().next(0x30).open().rest()) {
      const parts = [...extension.open().rest()];
      const inner = parts.at(-1)!.open();
      const id = hex(parts[0]!.content);
      if (id === '551d13')
        for (const flag of inner.next(0x30).open().rest())
          if (flag.tag === 1) facts.isCa = flag.content[0] !== 0;
      if (id === '551d11')
        for (const name of inner.next(0x30).open().rest())
          facts.names.push(name.tag === 0x87 ? name.content.join('.') : name.text());
    }
  }
  return facts;
}
