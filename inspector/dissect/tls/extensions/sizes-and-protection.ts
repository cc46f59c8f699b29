/** Extensions about the size of records and hellos, and about how TLS 1.2 protects them. */
import { counted } from '#protocol/shown';
import { bytes, number } from '../../fields/dictionary.ts';
import { extension, flag, readOpaque } from './contract.ts';
import { HEARTBEAT_MODES } from '../registries.ts';

const FRAGMENTS: Readonly<Record<number, string>> = { 1: '512', 2: '1024', 3: '2048', 4: '4096' };

export const maxFragmentLength = extension(
  {
    type: 1,
    source: 'RFC 6066 §4',
    note: 'Asks for shorter records, for clients with little memory. record_size_limit has taken its place.',
  },
  { max_fragment_length: number('Bytes a record may carry: 1 is 512, 2 is 1,024, 3 is 2,048, 4 is 4,096.') },
  (reader, F) => {
    const show = (value: number): string => `${FRAGMENTS[value] ?? '?'} bytes`;
    return show(reader.uint(F.max_fragment_length, 1, show));
  },
);

export const recordSizeLimit = extension(
  {
    type: 28,
    source: 'RFC 8449 §4',
    note: 'The longest record the sender is willing to receive, for devices with little memory.',
  },
  {
    record_size_limit: number(
      'Bytes of plaintext in one record; in TLS 1.3 the hidden content type counts too.',
    ),
  },
  (reader, F) => reader.uint(F.record_size_limit, 2),
);

export const padding = extension(
  {
    type: 21,
    source: 'RFC 7685 §3',
    note: 'Nothing but length: some servers hang on hellos of 256 to 511 bytes, so clients make them longer.',
  },
  { padding: bytes('Zeros.') },
  (reader, F) => {
    const length = reader.left;
    readOpaque(reader, F.padding);
    return counted(length, 'byte');
  },
);

export const encryptThenMac = flag(
  {
    type: 22,
    source: 'RFC 7366 §2',
    note: 'Encrypt first, then authenticate, for suites with CBC in TLS 1.2. The other order is what padding oracles such as Lucky 13 feed on.',
  },
  (facts) => (facts.encryptThenMac = true),
);

export const extendedMasterSecret = flag(
  {
    type: 23,
    source: 'RFC 7627 §5.1',
    note: 'Binds the master secret of TLS 1.2 to the whole handshake, so that nobody can make two connections share one (the triple handshake attack).',
  },
  (facts) => (facts.extendedMasterSecret = true),
);

export const heartbeat = extension(
  {
    type: 15,
    source: 'RFC 6520 §2',
    note: 'Whether the other side may send heartbeats. A missing length check in one implementation of them was Heartbleed.',
  },
  { mode: number('1: the other side may send heartbeat requests; 2: it must not.') },
  (reader, F) => {
    const show = (mode: number): string => HEARTBEAT_MODES[mode] ?? String(mode);
    return show(reader.uint(F.mode, 1, show));
  },
);

const SRTP_PROFILES: Readonly<Record<number, string>> = {
  0x0001: 'SRTP_AES128_CM_HMAC_SHA1_80',
  0x0002: 'SRTP_AES128_CM_HMAC_SHA1_32',
  0x0005: 'SRTP_NULL_HMAC_SHA1_80',
  0x0006: 'SRTP_NULL_HMAC_SHA1_32',
  0x0007: 'SRTP_AEAD_AES_128_GCM',
  0x0008: 'SRTP_AEAD_AES_256_GCM',
};

export const useSrtp = extension(
  {
    type: 14,
    source: 'RFC 5764 §4.1.1',
    note: 'How voice or video will be protected with keys from this handshake; it betrays that a call is coming.',
  },
  {
    profiles_length: number('Bytes of the list of profiles.'),
    profile: number('A protection profile for SRTP.'),
    mki_length: number('Bytes of the key identifier.'),
    mki: bytes('Master key identifier; usually empty.'),
  },
  (reader, F) => {
    const length = reader.uint(F.profiles_length, 2);
    const show = (id: number): string => SRTP_PROFILES[id] ?? `0x${id.toString(16).padStart(4, '0')}`;
    const names: string[] = [];
    if (length > reader.left) reader.fail(`profiles need ${counted(length, 'byte')}, ${reader.left} left`);
    const end = reader.left - length;
    while (reader.left > end && !reader.full) names.push(show(reader.uint(F.profile, 2, show)));
    reader.sized(F.mki_length, 1, F.mki);
    return names.join(', ');
  },
);
