/** The wires as a table, for both sides: the transport that carries the bytes, and the channel that decrypts them. */
import { constants, randomBytes } from 'node:crypto';
import type { Channel, KeyLogSink, Role } from '#channel/contract';
import { PlaintextChannel } from '#channel/plaintext';
import { PskChannel } from '#channel/psk/channel';
import type { SharedKey } from '#channel/psk/keys';
import type { WireName } from '#protocol/messages';
import { nativeCiphers } from './ciphers-native.ts';

export interface ChannelNeeds {
  readonly role: Role;
  readonly keys: readonly SharedKey[];
  readonly keyLog?: KeyLogSink | undefined;
}

export interface Wire {
  readonly name: WireName;
  readonly defaultPort: number;
  readonly transport: 'tcp' | 'tls';
  /** Whether both sides must have the same key beforehand. */
  readonly sharedKey: boolean;
  readonly channel: (needs: ChannelNeeds) => Channel;
  readonly description: string;
}

const plaintext = (): Channel => new PlaintextChannel();

const psk = ({ role, keys, keyLog }: ChannelNeeds): Channel =>
  new PskChannel({ role, keys, ciphers: nativeCiphers, random: randomBytes, ...(keyLog && { keyLog }) });

export const WIRES: readonly Wire[] = [
  {
    name: 'plain',
    defaultPort: 5555,
    transport: 'tcp',
    sharedKey: false,
    channel: plaintext,
    description: 'frames on bare TCP',
  },
  {
    name: 'psk',
    defaultPort: 5556,
    transport: 'tcp',
    sharedKey: true,
    channel: psk,
    description: 'AES-256-GCM under a shared key',
  },
  {
    name: 'tls',
    defaultPort: 5557,
    transport: 'tls',
    sharedKey: false,
    channel: plaintext,
    description: 'TLS 1.3 or 1.2',
  },
  {
    name: 'tls+psk',
    defaultPort: 5558,
    transport: 'tls',
    sharedKey: true,
    channel: psk,
    description: 'the psk channel inside TLS',
  },
];

export function wireByName(name: WireName): Wire {
  return WIRES.find((wire) => wire.name === name) as Wire;
}

/** Also refuses certificates with less than 112 bits of strength. */
const SECURITY_LEVEL = '@SECLEVEL=2';

/**
 * TLS settings that both sides share: 1.3 and 1.2, and only cipher suites with forward secrecy and AEAD. No renegotiation:
 * 1.3 has none, and on 1.2 a small record could make the server compute a whole handshake.
 */
export const TLS_POLICY = {
  minVersion: 'TLSv1.2',
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  ciphers: [
    'TLS_AES_256_GCM_SHA384',
    'TLS_CHACHA20_POLY1305_SHA256',
    'TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    SECURITY_LEVEL,
  ].join(':'),
} as const;
