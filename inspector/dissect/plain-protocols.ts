/** Protocols in the clear, by how their first bytes read: what begins before TLS, or answers where TLS was expected. */

interface PlainProtocol {
  readonly name: string;
  /** Of the first bytes, one character for each. */
  readonly begins: RegExp;
}

/** A new one enters here; the first that fits counts. Five bytes are enough for those that may stand in place of a record. */
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
  { name: 'PROXY protocol', begins: /^(?:PROXY|\r\n\r\n\0\r\nQUIT\n)/ },
  { name: 'VNC', begins: /^RFB 0/ },
  { name: 'SOCKS 5', begins: /^\x05[\x01-\x08][\0-\x09\x80-\xff]|^\x05[\0\x02\xff]/ },
  { name: 'SOCKS 4', begins: /^(?:\x04[\x01\x02]..|\0[\x5a-\x5d]..)/s },
  { name: 'PostgreSQL', begins: /^\0\0\0\x08\x04\xd2\x16\x2f/ },
  { name: 'MySQL', begins: /^.[^]{2}(?:\0\x0a[\x20-\x7e]+\0|\x01.{4})/s },
  { name: 'LDAP', begins: /^0[^]{1,6}\x02[\x01-\x04][^]{1,4}[wx`a]/ },
  { name: 'RDP', begins: /^\x03\0\0[^][\x02-\x20][\xe0\xd0]/ },
];

/** Bytes that are looked at. */
const LOOK_AT = 256;
const LINE_SHOWN = 60;

/** Name of the protocol that these bytes begin like, or `undefined`. */
export function plainProtocol(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, LOOK_AT));
  return PLAIN_PROTOCOLS.find(({ begins }) => begins.test(start))?.name;
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
