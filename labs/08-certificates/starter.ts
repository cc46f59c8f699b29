/**
 * Lab 08: make a certificate authority and a certificate for a server with node-forge, and read a certificate.
 *
 * Keys and certificates are PEM texts. Keys are RSA and are given to you, because node-forge takes seconds to make one.
 * Times are milliseconds since 1970, as Date.now() gives them; a certificate holds whole seconds.
 */
import { randomBytes } from 'node:crypto';
import forge from 'node-forge';

export interface CaOrder {
  /** The common name of the CA. */
  name: string;
  /** The private key of the CA. It also gives you the public key: forge.pki.setRsaPublicKey(key.n, key.e). */
  key: string;
  from: number;
  until: number;
}

export interface Ca {
  cert: string;
  key: string;
}

export interface ServerOrder {
  /** The public key of the server. Its private key is none of the CA's business. */
  publicKey: string;
  /** DNS names and IP addresses, at least one. */
  names: string[];
  from: number;
  until: number;
}

export interface Facts {
  /** The common name of the holder. */
  subject: string;
  /** The common name of the issuer. */
  issuer: string;
  /** The subject alternative names: DNS names and IPv4 addresses, in order. */
  names: string[];
  from: number;
  until: number;
  isCa: boolean;
}

/** The certificate of a CA: it is signed with its own key. */
export function makeCa(order: CaOrder): string {
  return '';
}

/** A certificate for a server, signed by the CA. */
export function issue(ca: Ca, order: ServerOrder): string {
  return '';
}

/** What a certificate says. It does not check the signature. Throws when the text is not a whole certificate. */
export function readCertificate(pem: string): Facts {
  return { subject: '', issuer: '', names: [], from: 0, until: 0, isCa: false };
}
