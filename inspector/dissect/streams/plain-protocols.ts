/**
 * Recognises protocols in the clear by their first bytes: protocols that begin before TLS, or that answer where
 * TLS was expected.
 */

import { toHex } from '#protocol/bytes';

interface PlainProtocol {
  readonly name: string;
  /** Matches the first bytes, one character for each. */
  readonly begins?: RegExp;
  /** Matches the first bytes in hex, for protocols that are not text. */
  readonly hex?: RegExp;
}

/**
 * A new protocol is added here; the first that fits counts. Five bytes are enough to recognise a protocol that
 * may come in place of a record.
 */
const PLAIN_PROTOCOLS: readonly PlainProtocol[] = [
  { name: 'HTTP', begins: /^(?:HTTP\/|GET |POST |HEAD |PUT |DELET|OPTIO|TRACE|PATCH|CONNE)/ },
  { name: 'SSH', begins: /^SSH-/ },
  { name: 'SMTP', begins: /^(?:EHLO |HELO |LHLO |220[ -].*SMTP)/i },
  { name: 'FTP', begins: /^(?:AUTH |220[ -].*FTP)/i },
  { name: 'SMTP or FTP', begins: /^(?:220|421|500|502|503|530|554)[ -]/ },
  { name: 'NNTP', begins: /^(?:200|201|382|400|480|580)[ -]/ },
  { name: 'POP3', begins: /^(?:\+OK|-ERR|STLS\r|CAPA\r)/ },
  { name: 'IMAP', begins: /^(?:\* (?:OK|BY|PR|CA)|[A-Za-z0-9.]{1,8} (?:STARTTLS|CAPABILITY|LOGIN))/ },
  { name: 'ManageSieve', begins: /^"(?:IMPL|SIEV|STAR)/ },
  { name: 'XMPP', begins: /^(?:<\?xml[^]*<stream:|<stream:|<starttls|<proceed)/ },
  { name: 'XML or HTML', begins: /^(?:<\?xml|<!DOC|<html|<HTML)/ },
  { name: 'IRC', begins: /^(?:CAP LS|NICK |USER |STARTTLS\r|:[^ ]+ (?:NOTICE|670|CAP) )/ },
  { name: 'PROXY protocol', begins: /^PROXY/, hex: /^0d0a0d0a000d0a515549540a/ },
  { name: 'VNC', begins: /^RFB 0/ },
  { name: 'SOCKS 5', hex: /^05(?:0[0-8]|ff)/ },
  { name: 'SOCKS 4', hex: /^(?:040[12]|005[a-d])/ },
  { name: 'PostgreSQL', hex: /^0000000804d2162f/ },
  { name: 'MySQL', hex: /^(?:..){3}(?:000a|01(?:..){4})/ },
  { name: 'LDAP', hex: /^30(?:..){1,5}?020[1-4](?:..){1,4}?(?:77|78|60|61)/ },
  { name: 'RDP', hex: /^030000..[01].(?:e0|d0)/ },
];

/** How many bytes are looked at. */
const LOOK_AT = 256;
const LINE_SHOWN = 60;

/** Name of the protocol that these bytes begin like, or `undefined`. */
export function plainProtocol(bytes: Uint8Array): string | undefined {
  const start = bytes.subarray(0, LOOK_AT);
  const [text, hex] = [String.fromCharCode(...start), toHex(start)];
  return PLAIN_PROTOCOLS.find(({ begins, hex: inHex }) => begins?.test(text) || inHex?.test(hex))?.name;
}

/** True when all bytes are printable ASCII or white space. */
export function isText(bytes: Uint8Array): boolean {
  return (
    bytes.length > 0 &&
    bytes.every((byte) => (byte >= 0x20 && byte <= 0x7e) || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b))
  );
}

/** The first line of a text that has one, cut short; `undefined` for anything else. */
export function firstLine(bytes: Uint8Array): string | undefined {
  if (!isText(bytes)) return undefined;
  const [line = ''] = String.fromCharCode(...bytes.subarray(0, LOOK_AT))
    .trim()
    .split(/[\r\n]/);
  const shown = line.replaceAll('\t', ' ').replaceAll('\f', ' ');
  if (shown === '') return undefined;
  return shown.length > LINE_SHOWN ? `${shown.slice(0, LINE_SHOWN)}…` : shown;
}
