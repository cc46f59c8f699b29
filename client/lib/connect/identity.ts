/** Whether a certificate belongs to the requested host (RFC 9525). Stricter than Node's own check. */
import { isIP, isIPv4 } from 'node:net';
import { type PeerCertificate, checkServerIdentity } from 'node:tls';

/** Letters, digits and dashes in labels of at most 63 characters: no Unicode dots, no NUL, no escapes. */
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*\.?$/i;

/** Why `host` cannot be checked against a certificate, in words, or `undefined` if it can. */
export function hostFlaw(host: string): string | undefined {
  if (isIP(host) !== 0) {
    const usual = canonicalAddress(host);
    return usual === host.toLowerCase() ? undefined : `${host} is usually written ${usual ?? 'otherwise'}`;
  }
  if (!HOST_NAME.test(host) || host.length > 253) return `${JSON.stringify(host)} is not an ASCII host name`;
  // A name whose last label is a number is an IPv4 address in disguise: 127.1, 0x7f.1, 2130706433.
  const last = host.split('.').findLast((label) => label !== '') ?? '';
  return /^(\d+|0x[0-9a-f]*)$/i.test(last) ? `${host} is an address in an unusual spelling` : undefined;
}

/**
 * The error for a certificate of another host, or `undefined`. For `tls.connect`, which calls it once the chain is
 * valid.
 */
export function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  if (!certificate.subjectaltname) {
    return mismatch(`it lists no host at all, and a common name does not count; ${host} was requested`);
  }
  // Node falls back to the common name when no DNS name is listed, which RFC 9525 §2 rules out.
  const subject = {} as PeerCertificate['subject'];
  const error = checkServerIdentity(host, { ...certificate, subject });
  return error && mismatch(`${host} was requested; it lists ${certificate.subjectaltname.slice(0, 200)}`);
}

function mismatch(message: string): Error {
  return Object.assign(new Error(message), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}

/** The URL parser writes an address as RFC 5952 and RFC 3986 demand. */
function canonicalAddress(address: string): string | undefined {
  const host = isIPv4(address) ? address : `[${address}]`;
  return URL.canParse(`http://${host}/`)
    ? new URL(`http://${host}/`).hostname.replace(/^\[|\]$/g, '')
    : undefined;
}
