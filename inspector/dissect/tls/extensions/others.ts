/** Extensions that are named and shown as bytes: rare ones, and those that belong to another protocol. */
import { opaque } from './contract.ts';

export const OTHERS = [
  opaque({
    type: 3,
    source: 'RFC 6066 §6',
    note: 'Certificate authorities that a client with little memory holds.',
  }),
  opaque({
    type: 24,
    source: 'RFC 8472 §2',
    note: 'Binds login tokens to a key of the client; browsers gave it up.',
  }),
  opaque({
    type: 25,
    source: 'RFC 7924 §3',
    note: 'What the client remembers from an earlier handshake, so that it need not be sent again.',
  }),
  opaque({
    type: 54,
    source: 'RFC 9146 §3',
    note: 'Names a DTLS connection, even when its address changes.',
  }),
  opaque({ type: 57, source: 'RFC 9001 §8.2', note: 'Settings of QUIC: this handshake runs inside it.' }),
  opaque({
    type: 13172,
    source: 'draft-agl-tls-nextprotoneg-04 §3',
    note: 'The forerunner of application_layer_protocol_negotiation, from before there was a standard.',
  }),
  opaque({
    type: 30032,
    source: 'draft-balfanz-tls-channelid-01 §3',
    note: 'A key by which a browser was recognised again; given up.',
  }),
] as const;
