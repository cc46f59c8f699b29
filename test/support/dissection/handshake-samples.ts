/** Handshake messages written out byte by byte, one of each kind and shape: what RFCs define and our own servers never send. */
import { brotliCompressSync, deflateSync } from 'node:zlib';
import { concat, fromHex, utf8 } from '#protocol/bytes';

/** Big-endian number of this many bytes. */
export function u(size: number, value: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) & 0xff);
}

/** Bytes behind their length, which takes this many bytes. */
export function vec(size: number, ...parts: (Uint8Array | string)[]): Uint8Array {
  const body = joined(parts);
  return concat([u(size, body.length), body]);
}

/** Hex stays hex; bytes stay bytes. */
function joined(parts: readonly (Uint8Array | string)[]): Uint8Array {
  return concat(parts.map((part) => (typeof part === 'string' ? fromHex(part) : part)));
}

export function extension(type: number, ...parts: (Uint8Array | string)[]): Uint8Array {
  return concat([u(2, type), vec(2, ...parts)]);
}

export function handshake(type: number, ...parts: (Uint8Array | string)[]): Uint8Array {
  return concat([u(1, type), vec(3, ...parts)]);
}

const RANDOM = '00112233445566778899aabbccddeeff'.repeat(2);
const RETRY = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';
const CN_A = fromHex('300c310a300806035504030c0141');
const text = (value: string): Uint8Array => utf8(value);

/** Every extension that a client hello may have. */
export const ALL_EXTENSIONS = [
  extension(0x2a2a, '00'),
  extension(0, vec(2, '00', vec(2, text('host.example')))),
  extension(1, '02'),
  extension(5, '01', vec(2), vec(2)),
  extension(10, vec(2, '11ec 001d 001e 0017 0018 0019 0100 2a2a')),
  extension(11, vec(1, '00')),
  extension(13, vec(2, '0403 0804 0807')),
  extension(14, vec(2, '0001 0007'), vec(1)),
  extension(15, '01'),
  extension(16, vec(2, vec(1, text('h2')), vec(1, text('http/1.1')))),
  extension(18),
  extension(19, vec(1, '02 00')),
  extension(20, vec(1, '02 00')),
  extension(21, '000000'),
  extension(22),
  extension(23),
  extension(27, vec(1, '0001 0002')),
  extension(28, '4001'),
  extension(34, vec(2, '0403')),
  extension(35, 'aabbcc'),
  extension(42),
  extension(43, vec(1, '0304 0303')),
  extension(44, vec(2, 'c00c1e')),
  extension(45, vec(1, '01')),
  extension(47, vec(2, vec(2, CN_A))),
  extension(48, vec(2, vec(1, '0603551d0f'), vec(2, '03020780'))),
  extension(49),
  extension(50, vec(2, '0809')),
  extension(51, vec(2, '001d', vec(2, '09'.repeat(32)))),
  extension(57, '0102'),
  extension(17613, vec(2, vec(1, text('h2')))),
  extension(65037, '00 0001 0001 07', vec(2, '05'.repeat(32)), vec(2, '06'.repeat(40))),
  extension(65281, vec(1)),
  extension(0x7777, 'dead'),
  extension(41, vec(2, vec(2, text('Client_identity')), u(4, 77)), vec(2, vec(1, 'bb'.repeat(32)))),
] as const;

const SCT = concat([
  fromHex('00'),
  fromHex('0c'.repeat(32)),
  u(8, 1_700_000_000_000),
  fromHex('0000 0403 0002 aabb'),
]);
/** The shortest OCSP response there is (RFC 6960 §4.2.1): tryLater. */
const OCSP_TRY_LATER = '30030a0103';
const EMPTY_LIST = concat([fromHex('00'), vec(3)]);
const ZIPPED = new Uint8Array(deflateSync(EMPTY_LIST));

export interface Sample {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly version?: number;
  /** IANA's name of the suite, on which the shape of some messages depends. */
  readonly suite?: string;
}

const TLS13 = { version: 0x0304, suite: 'TLS_AES_128_GCM_SHA256' } as const;
const tls12 = (suite: string): { version: number; suite: string } => ({ version: 0x0303, suite });
const ECDHE = tls12('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');

export const SAMPLES: readonly Sample[] = [
  {
    name: 'client hello',
    bytes: handshake(
      1,
      '0303',
      RANDOM,
      vec(1, '5e'),
      vec(2, '1301 c02f 3a3a'),
      vec(1, '00'),
      vec(2, ...ALL_EXTENSIONS),
    ),
  },
  {
    name: 'client hello without extensions',
    bytes: handshake(1, '0301', RANDOM, vec(1), vec(2, '0035'), vec(1, '00')),
  },
  {
    name: 'server hello',
    bytes: handshake(
      2,
      '0303',
      RANDOM,
      vec(1),
      '1301 00',
      vec(2, extension(43, '0304'), extension(51, '001d', vec(2, '07'.repeat(32))), extension(41, '0000')),
    ),
  },
  {
    name: 'hello retry request',
    bytes: handshake(
      2,
      '0303',
      RETRY,
      vec(1),
      '1301 00',
      vec(
        2,
        extension(43, '0304'),
        extension(51, '0017'),
        extension(44, vec(2, 'aa')),
        extension(65037, '11'.repeat(8)),
      ),
    ),
  },
  {
    name: 'server hello of TLS 1.2',
    bytes: handshake(
      2,
      '0303',
      RANDOM,
      vec(1),
      'c02f 00',
      vec(
        2,
        extension(23),
        extension(22),
        extension(35),
        extension(0),
        extension(65281, vec(1)),
        extension(18, vec(2, vec(2, SCT))),
      ),
    ),
  },
  {
    name: 'encrypted extensions',
    bytes: handshake(
      8,
      vec(
        2,
        extension(0),
        extension(16, vec(2, vec(1, text('h2')))),
        extension(42),
        extension(19, '02'),
        extension(17613, '0102'),
        extension(65037, 'aabb'),
      ),
    ),
    ...TLS13,
  },
  {
    name: 'certificate request',
    bytes: handshake(13, vec(1, '01'), vec(2, extension(13, vec(2, '0403')), extension(5))),
    ...TLS13,
  },
  {
    name: 'certificate request of TLS 1.2',
    bytes: handshake(13, vec(1, '01 40'), vec(2, '0401 0403'), vec(2, vec(2, CN_A))),
    ...ECDHE,
  },
  {
    name: 'certificate request of TLS 1.1',
    bytes: handshake(13, vec(1, '01'), vec(2)),
    version: 0x0302,
    suite: ECDHE.suite,
  },
  { name: 'certificate', bytes: handshake(11, vec(1), vec(3)), ...TLS13 },
  {
    name: 'certificate with a status',
    bytes: handshake(
      11,
      vec(1),
      vec(
        3,
        vec(3, CN_A),
        vec(2, extension(5, '01', vec(3, OCSP_TRY_LATER)), extension(18, vec(2, vec(2, SCT)))),
      ),
    ),
    ...TLS13,
  },
  { name: 'certificate of TLS 1.2', bytes: handshake(11, vec(3)), ...ECDHE },
  { name: 'compressed certificate', bytes: handshake(25, '0001', u(3, 4), vec(3, ZIPPED)), ...TLS13 },
  {
    name: 'compressed certificate by brotli',
    bytes: handshake(25, '0002', u(3, 4), vec(3, new Uint8Array(brotliCompressSync(EMPTY_LIST)))),
    ...TLS13,
  },
  {
    name: 'compressed certificate by zstd',
    bytes: handshake(25, '0003', u(3, 4), vec(3, 'aabb')),
    ...TLS13,
  },
  { name: 'certificate status', bytes: handshake(22, '01', vec(3, OCSP_TRY_LATER)), ...ECDHE },
  {
    name: 'certificate status of a chain',
    bytes: handshake(22, '02', vec(3, vec(3, OCSP_TRY_LATER), vec(3))),
    ...ECDHE,
  },
  { name: 'certificate verify', bytes: handshake(15, '0804', vec(2, '5a'.repeat(8))), ...TLS13 },
  { name: 'certificate verify of TLS 1.1', bytes: handshake(15, vec(2, '5a'.repeat(8))), version: 0x0302 },
  {
    name: 'server key exchange, ecdhe',
    bytes: handshake(12, '03 001d', vec(1, '9f'.repeat(32)), '0401', vec(2, '04'.repeat(8))),
    ...ECDHE,
  },
  {
    name: 'server key exchange, dhe',
    bytes: handshake(12, vec(2, 'ff23'), vec(2, '02'), vec(2, '1234'), '0401', vec(2, '04')),
    ...tls12('TLS_DHE_RSA_WITH_AES_128_GCM_SHA256'),
  },
  {
    name: 'server key exchange, anonymous',
    bytes: handshake(12, vec(2, 'ff23'), vec(2, '02'), vec(2, '1234')),
    ...tls12('TLS_DH_anon_WITH_AES_128_GCM_SHA256'),
  },
  {
    name: 'server key exchange, psk',
    bytes: handshake(12, vec(2, text('a hint'))),
    ...tls12('TLS_PSK_WITH_AES_128_GCM_SHA256'),
  },
  {
    name: 'server key exchange, ecdhe_psk',
    bytes: handshake(12, vec(2, text('a hint')), '03 0017', vec(1, '04aabb')),
    ...tls12('TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA'),
  },
  { name: 'server key exchange of an unknown suite', bytes: handshake(12, 'abcd'), ...tls12('0xfefe') },
  {
    name: 'client key exchange, rsa',
    bytes: handshake(16, vec(2, 'ee'.repeat(16))),
    ...tls12('TLS_RSA_WITH_AES_128_CBC_SHA'),
  },
  { name: 'client key exchange, ecdhe', bytes: handshake(16, vec(1, '35'.repeat(32))), ...ECDHE },
  {
    name: 'client key exchange, dhe',
    bytes: handshake(16, vec(2, '3535')),
    ...tls12('TLS_DHE_RSA_WITH_AES_128_CBC_SHA'),
  },
  {
    name: 'client key exchange, psk',
    bytes: handshake(16, vec(2, text('Client_identity'))),
    ...tls12('TLS_PSK_WITH_AES_128_CCM'),
  },
  {
    name: 'client key exchange, rsa_psk',
    bytes: handshake(16, vec(2, text('me')), vec(2, 'eeee')),
    ...tls12('TLS_RSA_PSK_WITH_AES_128_GCM_SHA256'),
  },
  { name: 'client key exchange of an unknown suite', bytes: handshake(16, 'abcd'), ...tls12('0xfefe') },
  {
    name: 'new session ticket',
    bytes: handshake(
      4,
      u(4, 7200),
      u(4, 0xfad6aac5),
      vec(1, '0000'),
      vec(2, '2c03'),
      vec(2, extension(42, u(4, 1024))),
    ),
    ...TLS13,
  },
  { name: 'new session ticket of TLS 1.2', bytes: handshake(4, u(4, 7200), vec(2, '2c03')), ...ECDHE },
  { name: 'finished', bytes: handshake(20, '9b'.repeat(12)), ...ECDHE },
  { name: 'key update', bytes: handshake(24, '01'), ...TLS13 },
  { name: 'hello request', bytes: handshake(0) },
  { name: 'end of early data', bytes: handshake(5), ...TLS13 },
  { name: 'server hello done', bytes: handshake(14), ...ECDHE },
  { name: 'message hash', bytes: handshake(254, '00'.repeat(32)) },
  { name: 'next protocol', bytes: handshake(67, vec(1, text('h2')), vec(1, '0000')) },
  { name: 'a message of an unknown type', bytes: handshake(99, 'abcd') },
];
