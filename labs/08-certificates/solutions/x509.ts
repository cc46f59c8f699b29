/** Reads with X509Certificate. It gives the names as one text, in which a name with odd letters stands between quotes. */
import { X509Certificate, createPublicKey, randomInt } from 'node:crypto';
import forge from 'node-forge';

const { pki, md } = forge;
type Times = { from: number; until: number };

function template({ from, until }: Times) {
  const cert = pki.createCertificate();
  const digits = Array.from({ length: 32 }, (_, i) =>
    randomInt(i === 0 ? 1 : 0, i === 0 ? 8 : 16).toString(16),
  );
  cert.serialNumber = digits.join('');
  Object.assign(cert.validity, { notBefore: new Date(from), notAfter: new Date(until) });
  return cert;
}

const commonName = (text: string): string => /^CN=(.*)$/m.exec(text)?.[1] ?? '';

export function makeCa(order: { name: string; key: string } & Times): string {
  const cert = template(order);
  const publicPem = createPublicKey(order.key).export({ type: 'spki', format: 'pem' }).toString();
  cert.publicKey = pki.publicKeyFromPem(publicPem);
  const name = [{ shortName: 'CN', value: order.name }];
  cert.setSubject(name);
  cert.setIssuer(name);
  cert.setExtensions([
    { name: 'basicConstraints', cA: true, pathLenConstraint: 0, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  cert.sign(pki.privateKeyFromPem(order.key), md.sha256.create());
  return pki.certificateToPem(cert);
}

export function issue(
  ca: { cert: string; key: string },
  order: { publicKey: string; names: string[] } & Times,
): string {
  const parent = new X509Certificate(ca.cert);
  if (!parent.ca) throw new Error('not a CA');
  const cert = template(order);
  cert.publicKey = pki.publicKeyFromPem(order.publicKey);
  cert.setSubject([{ shortName: 'CN', value: 'server' }]);
  cert.setIssuer([{ shortName: 'CN', value: commonName(parent.subject) }]);
  const altNames = order.names.map((name) =>
    /:|^[\d.]+$/.test(name) ? { type: 7, ip: name } : { type: 2, value: name },
  );
  cert.setExtensions([
    { name: 'subjectAltName', altNames },
    { name: 'basicConstraints', cA: false },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
  ]);
  cert.sign(pki.privateKeyFromPem(ca.key), md.sha256.create());
  return pki.certificateToPem(cert);
}

export function readCertificate(pem: string) {
  const cert = new X509Certificate(pem);
  const names: string[] = [];
  for (const [, quoted, plain] of (cert.subjectAltName ?? '').matchAll(
    /(?:DNS|IP Address):(?:("(?:[^"\\]|\\.)*")|([^,]*))(?:, |$)/g,
  ))
    names.push(quoted ? (JSON.parse(quoted) as string) : plain!);
  return {
    subject: commonName(cert.subject),
    issuer: commonName(cert.issuer),
    names,
    from: Date.parse(cert.validFrom),
    until: Date.parse(cert.validTo),
    isCa: cert.ca,
  };
}
