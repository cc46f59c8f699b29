/** What may be said in the clear before TLS begins on the same connection, one exchange for each protocol. */
import type { Direction } from '#dissect/model';
import { fromHex, utf8 } from '#protocol/bytes';

/** `>` from the client, `<` from the server; text, or bytes in hex behind 0x. */
export type Beginning = readonly string[];

export const BEGINNINGS: Readonly<Record<string, Beginning>> = {
  'SMTP, STARTTLS': [
    '<220 mx ESMTP\r\n',
    '>EHLO me\r\n',
    '<250-mx\r\n250 STARTTLS\r\n',
    '>STARTTLS\r\n',
    '<220 go\r\n',
  ],
  'IMAP, STARTTLS': ['<* OK ready\r\n', '>a1 STARTTLS\r\n', '<a1 OK begin\r\n'],
  'POP3, STLS': ['<+OK\r\n', '>STLS\r\n', '<+OK\r\n'],
  'FTP, AUTH TLS': ['<220 FTP server\r\n', '>AUTH TLS\r\n', '<234 go\r\n'],
  'NNTP, STARTTLS': ['<200 news\r\n', '>STARTTLS\r\n', '<382 go\r\n'],
  'ManageSieve, STARTTLS': ['<"IMPLEMENTATION" "x"\r\nOK\r\n', '>STARTTLS\r\n', '<OK\r\n'],
  'IRC, STARTTLS': ['>STARTTLS\r\n', '<:irc.example.test 670 me :go\r\n'],
  'XMPP, starttls': ['><stream:stream>', '<<stream:stream><starttls/>', '><starttls/>', '<<proceed/>'],
  'LDAP, StartTLS': [
    '>0x301d02010177188016312e332e362e312e342e312e313436362e3230303337',
    '<0x300c02010178070a010004000400',
  ],
  'PostgreSQL, SSLRequest': ['>0x0000000804d2162f', '<S'],
  'MySQL, SSLRequest': [
    `<0x4a0000000a382e302e333600${'11'.repeat(65)}`,
    `>0x2000000185ae7f0000000001${'00'.repeat(24)}`,
  ],
  'RDP, X.224': ['>0x030000130ee000000000000100080003000000', '<0x030000130ed000001234000200080002000000'],
  'HTTP, CONNECT': [
    '>CONNECT example.test:443 HTTP/1.1\r\n\r\n',
    '<HTTP/1.1 200 Connection established\r\n\r\n',
  ],
  'SOCKS 5': [
    '>0x050100',
    '<0x0500',
    '>0x05010003',
    '>0x0c6578616d706c652e7465737401bb',
    '<0x05000001000000000000',
  ],
  'SOCKS 4': ['>0x040101bb0a00000100', '<0x005a000000000000'],
  'PROXY protocol 1': ['>PROXY TCP4 192.0.2.1 192.0.2.2 1234 443\r\n'],
  'PROXY protocol 2': ['>0x0d0a0d0a000d0a515549540a2111000cc0000201c000020204d201bb'],
};

export function directionOf(said: string): Direction {
  return said.startsWith('>') ? 'c2s' : 's2c';
}

export function bytesOf(said: string): Uint8Array {
  const content = said.slice(1);
  return content.startsWith('0x') ? fromHex(content.slice(2)) : utf8(content);
}
