/** TLS cipher suites by their IANA numbers, with what is needed to open their records. */
import type { AeadName, BlockCipherName, CipherName, MacName } from '../crypto/record-ciphers.ts';
import { CIPHER_SUITES } from './registries.ts';

/** A block cipher in CBC mode with an HMAC. */
export interface CbcSuite {
  readonly cipher: BlockCipherName;
  /** Bytes of the key. */
  readonly keyLength: 16 | 24 | 32;
  readonly mac: MacName;
}

/** A stream cipher with an HMAC, or the HMAC alone. */
export interface StreamSuite {
  readonly cipher: 'rc4' | 'null';
  /** Bytes of the key. */
  readonly keyLength: 16 | 0;
  readonly mac: MacName;
}

export interface TlsSuite {
  readonly id: number;
  /** IANA's name. */
  readonly name: string;
  /** At most one of the three is present; none for suites that are not opened here. */
  readonly aead?: AeadName;
  readonly cbc?: CbcSuite;
  readonly stream?: StreamSuite;
  /** Hash of the key schedule (1.3) or of the PRF (1.2). */
  readonly hash: 'sha256' | 'sha384';
}

/** The suite with this number. The name of an unknown suite is its number. */
export function tlsSuite(id: number): TlsSuite {
  const name = CIPHER_SUITES[id] ?? (isGrease(id) ? 'GREASE' : `0x${id.toString(16).padStart(4, '0')}`);
  return {
    id,
    name,
    ...cipherOf(name),
    hash: name.endsWith('_SHA384') ? 'sha384' : 'sha256',
  };
}

/** Suites of TLS 1.3 with this hash, for early data, which is sealed before the server has chosen a suite. */
export function suites13(hash: TlsSuite['hash']): TlsSuite[] {
  const all = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305].map(tlsSuite);
  return all.filter((suite) => suite.hash === hash);
}

/**
 * Whether it is one of the meaningless values that clients send so that servers stay tolerant of new ones (RFC 8701).
 */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);
}

/**
 * The cipher that the host must provide for the suite; `none` if ours suffice; `undefined` if the suite is not opened.
 */
export function cipherNeeded({ aead, cbc, stream }: TlsSuite): CipherName | 'none' | undefined {
  return aead ?? cbc?.cipher ?? (stream && 'none');
}

const AEAD_SUITE =
  /_(?:(AES|ARIA|CAMELLIA)_(128|256)_(GCM|CCM_8|CCM)|(CHACHA20)_POLY1305)(?:_SHA256|_SHA384)?$/;
const CBC_SUITE = /_(AES|CAMELLIA|ARIA)_(128|256)_CBC_(SHA|SHA256|SHA384)$/;
const TRIPLE_DES_SUITE = /_3DES_EDE_CBC_(SHA|MD5)$/;
const STREAM_SUITE = /_(NULL|RC4_128)_(MD5|SHA|SHA256|SHA384)$/;
const MACS: Readonly<Record<string, MacName>> = {
  MD5: 'md5',
  SHA: 'sha1',
  SHA256: 'sha256',
  SHA384: 'sha384',
};

/** The cipher is derived from the name. A suite that is not opened here has none. */
function cipherOf(name: string): Pick<TlsSuite, 'aead' | 'cbc' | 'stream'> {
  const aead = aeadOf(AEAD_SUITE.exec(name));
  if (aead) return { aead };
  const [, block, bits, hash = ''] = CBC_SUITE.exec(name) ?? [];
  const mac = MACS[hash];
  if (block && mac) {
    const cipher = block.toLowerCase() as BlockCipherName;
    return { cbc: { cipher, keyLength: bits === '256' ? 32 : 16, mac } };
  }
  const triple = MACS[TRIPLE_DES_SUITE.exec(name)?.[1] ?? ''];
  if (triple) return { cbc: { cipher: '3des-ede', keyLength: 24, mac: triple } };
  const stream = streamOf(STREAM_SUITE.exec(name));
  return stream ? { stream } : {};
}

function streamOf(match: RegExpExecArray | null): StreamSuite | undefined {
  const mac = MACS[match?.[2] ?? ''];
  if (!match || !mac) return undefined;
  return match[1] === 'NULL' ? { cipher: 'null', keyLength: 0, mac } : { cipher: 'rc4', keyLength: 16, mac };
}

function aeadOf(match: RegExpExecArray | null): AeadName | undefined {
  if (!match) return undefined;
  const [, block, bits, mode, chacha] = match;
  if (chacha) return 'chacha20-poly1305';
  const size = bits === '256' ? '256' : '128';
  if (mode === 'GCM') return `${block?.toLowerCase() as 'aes' | 'aria' | 'camellia'}-${size}-gcm`;
  if (block !== 'AES') return undefined;
  return mode === 'CCM' ? `aes-${size}-ccm` : `aes-${size}-ccm-8`;
}
