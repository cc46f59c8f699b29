/** Everything with node-forge, in a class that stands for one authority. */
import * as forgeModule from 'node-forge';

const forge = ((forgeModule as any).default ?? forgeModule) as typeof forgeModule;

class Authority {
  readonly #key: forgeModule.pki.rsa.PrivateKey;
  readonly #name: forgeModule.pki.CertificateField[];

  constructor(key: string, name: forgeModule.pki.CertificateField[]) {
    this.#key = forge.pki.privateKeyFromPem(key);
    this.#name = name;
  }

  static of({ cert, key }: { cert: string; key: string }): Authority {
    return new Authority(key, forge.pki.certificateFromPem(cert).subject.attributes);
  }

  get publicKey() {
    return forge.pki.rsa.setPublicKey(this.#key.n, this.#key.e);
  }

  certify(
    subject: forgeModule.pki.CertificateField[],
    publicKey: forgeModule.pki.PublicKey,
    from: number,
    until: number,
    extensions: object[],
  ): string {
    const cert = forge.pki.createCertificate();
    cert.serialNumber = '01' + forge.util.bytesToHex(forge.random.getBytesSync(18));
    cert.validity.notBefore.setTime(from);
    cert.validity.notAfter.setTime(until);
    cert.publicKey = publicKey;
    cert.setSubject(subject);
    cert.setIssuer(this.#name);
    cert.setExtensions(extensions);
    cert.sign(this.#key, forge.md.sha256.create());
    return forge.pki.certificateToPem(cert);
  }
}

export const makeCa = (order: { name: string; key: string; from: number; until: number }): string => {
  const name = [{ name: 'commonName', value: order.name }];
  const authority = new Authority(order.key, name);
  return authority.certify(name, authority.publicKey, order.from, order.until, [
    { id: '2.5.29.19', critical: true, cA: true },
    { id: '2.5.29.15', critical: true, keyCertSign: true, cRLSign: true, digitalSignature: true },
  ]);
};

export const issue = (
  ca: { cert: string; key: string },
  order: { publicKey: string; names: string[]; from: number; until: number },
): string =>
  Authority.of(ca).certify([], forge.pki.publicKeyFromPem(order.publicKey), order.from, order.until, [
    { name: 'basicConstraints', critical: true },
    { name: 'keyUsage', digitalSignature: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      critical: true,
      altNames: order.names.map((name) =>
        (forge.util as any).bytesFromIP(name) === null ? { type: 2, value: name } : { type: 7, ip: name },
      ),
    },
  ]);

export const readCertificate = (pem: string) => {
  const cert = forge.pki.certificateFromPem(pem);
  const { altNames = [] } = (cert.getExtension('subjectAltName') ?? {}) as {
    altNames?: { type: number; ip?: string; value: string }[];
  };
  const { cA = false } = (cert.getExtension('basicConstraints') ?? {}) as { cA?: boolean };
  return {
    subject: String(cert.subject.getField('CN')?.value ?? ''),
    issuer: String(cert.issuer.getField('CN')?.value ?? ''),
    names: altNames.map(({ ip, value }) => ip ?? value),
    from: cert.validity.notBefore.getTime(),
    until: cert.validity.notAfter.getTime(),
    isCa: cA,
  };
};
