/**
 * What can go wrong on the client's side, by code: what happened, what that means, what to do, and whether it may
 * heal by itself (`heals`), so that another attempt makes sense.
 */
import { LIMITS } from '#wire/limits';

export interface Fault {
  readonly heals: boolean;
  readonly what: string;
  readonly means: string;
  readonly todo: string;
}

export const FAULTS = {
  connection_refused: {
    heals: true,
    what: 'the connection was refused',
    means: 'The machine answers, but no program listens on this port.',
    todo: 'Start the server, or check the port: each wire has its own.',
  },
  host_not_found: {
    heals: true,
    what: 'the host was not found',
    means: 'The name could not be resolved to an address.',
    todo: 'Check the spelling and the network.',
  },
  host_unreachable: {
    heals: true,
    what: 'the host cannot be reached',
    means: 'There is no way through the network to this address.',
    todo: 'Check the address and the network.',
  },
  timeout: {
    heals: true,
    what: 'nothing came back in time',
    means: 'Something may have accepted the connection, but it did not answer as this wire demands.',
    todo: 'Check that the port belongs to this wire, and that no firewall swallows the packets.',
  },
  connection_lost: {
    heals: true,
    what: 'the connection was lost',
    means: 'The other side or the network ended it without saying why.',
    todo: 'Try again; what was acknowledged is safe.',
  },
  not_tls: {
    heals: false,
    what: 'the answer was not TLS',
    means: 'Whatever listens there does not speak TLS, so nothing was sent to it.',
    todo: 'Check the port: the plain and psk wires have others.',
  },
  tls_failed: {
    heals: false,
    what: 'the TLS handshake failed',
    means: 'The two sides could not agree on a version, a cipher suite or a key exchange.',
    todo: 'The server must offer TLS 1.2 or 1.3 with an AEAD suite.',
  },
  certificate_expired: {
    heals: false,
    what: 'the certificate, or one above it, has expired',
    means: 'Nobody vouches for this server any more: a key that leaked long ago could be behind it.',
    todo: 'Have the certificate renewed, and check the clock of this machine.',
  },
  certificate_not_yet_valid: {
    heals: false,
    what: 'the certificate is not valid yet',
    means: 'Its time of validity begins in the future.',
    todo: 'Check the clock of this machine; if it is right, the certificate was made wrongly.',
  },
  certificate_wrong_host: {
    heals: false,
    what: 'the certificate is for another host',
    means: 'A trusted authority vouches for someone, but not for the host that was asked for.',
    todo: 'Connect by a name that the certificate lists, or have it made for this one.',
  },
  certificate_self_signed: {
    heals: false,
    what: 'the certificate is signed by itself',
    means: 'Nobody but the server vouches for it. Anyone in the path could have made it.',
    todo: 'Use a certificate from the CA whose file was given.',
  },
  certificate_untrusted: {
    heals: false,
    what: 'the certificate does not lead to the CA that was given',
    means: 'Another authority signed it, or the server does not send the certificates in between.',
    todo: 'Check that the CA file belongs to this server, and that the server sends its whole chain.',
  },
  certificate_weak: {
    heals: false,
    what: 'the certificate is too weak',
    means: 'Its key or its signature can be broken with what a well-equipped attacker has.',
    todo: 'Have it made with RSA of 2048 bits or more, or with an elliptic curve, and with SHA-256.',
  },
  certificate_bad: {
    heals: false,
    what: 'the certificate breaks the rules',
    means: 'Its signature is wrong, or it or one above it is used for what it was not made for.',
    todo: 'Do not go on: it was made wrongly or tampered with.',
  },
  bad_host: {
    heals: false,
    what: 'the host name cannot be used',
    means:
      'A certificate can only be checked against a plain ASCII name or an address in its usual spelling.',
    todo: 'Write the name in ASCII (xn--… for others), or the address as 127.0.0.1 or ::1.',
  },
  no_ca: {
    heals: false,
    what: 'there is no CA to check the certificate against',
    means: 'Without it anyone in the path could answer, so nothing was sent.',
    todo: 'Give the CA file of the server.',
  },
  bad_ca: {
    heals: false,
    what: 'the CA file cannot be read',
    means: 'It does not hold certificates in PEM form.',
    todo: 'Give the ca.pem of the server.',
  },
  no_key: {
    heals: false,
    what: 'there is no shared key',
    means: 'The psk wires need the key that the server has.',
    todo: 'Give the key file of the server.',
  },
  bad_text: {
    heals: false,
    what: 'this text cannot be said',
    means: `A message has 1 to ${LIMITS.text} characters of well-formed text.`,
    todo: 'Cut it into several.',
  },
  not_sent: {
    heals: false,
    what: 'this was not sent',
    means: 'It was written under another name than the one that is here now.',
    todo: 'Write it again, if it is to be said under this name.',
  },
  not_connected: {
    heals: true,
    what: 'there is no connection now',
    means: 'A password or a code goes only over the connection it was typed for.',
    todo: 'Try again once the connection stands.',
  },
  logins_unusable: {
    heals: false,
    what: 'the file of logins cannot be used',
    means: 'Logins are not kept for the next start, or could not be read from the last one.',
    todo: 'Check the file and the rights on it.',
  },
  outbox_full: {
    heals: false,
    what: 'too many messages wait for their acknowledgement',
    means: 'More would grow this program without end.',
    todo: 'Wait until some are acknowledged.',
  },
  closed: {
    heals: false,
    what: 'the client is closed',
    means: 'It was ended on this side.',
    todo: 'Make a new one.',
  },
  aborted: {
    heals: false,
    what: 'it was called off',
    means: 'The signal that was given with it fired.',
    todo: 'Nothing.',
  },
} as const satisfies Record<string, Fault>;

export type FaultCode = keyof typeof FAULTS;

/** Protocol errors that may be gone with the next connection: damage on the way, a restart, a server under load. */
export const HEALING_PROTOCOL_ERRORS: ReadonlySet<string> = new Set([
  'frame_truncated',
  'record_truncated',
  'record_replayed',
  'record_out_of_order',
  'bad_record_mac',
  'sequence_exhausted',
  'handshake_timeout',
  'storage_failed',
  'busy',
  'slow_reader',
  'shutting_down',
  'internal',
  'read_only',
  'rate_limited',
  'too_many_connections',
  'idle_timeout',
  'frame_timeout',
  'login_timeout',
  // The connection is made anew, and then a login is asked for.
  'session_revoked',
]);

/** What to do about protocol errors that a person can do something about. */
export const PROTOCOL_ADVICE: Readonly<Record<string, string>> = {
  key_confirmation_failed:
    'The key in the key file is not the server’s key of this id. Get the right key file.',
  unknown_key_id: 'Get the key file that the server uses now: this key may have been rotated out.',
  not_psk: 'Check the port: the other wires have others.',
  record_truncated: 'If this comes at once, check that the port is the one of a psk wire.',
  record_too_large: 'Check that the port is the one of a psk wire.',
  frame_too_large: 'Check that the port is the one of this wire.',
  name_taken: 'Choose another name.',
  bad_name: 'Choose another name.',
  room_looks_alike: 'Choose another name.',
  replaced: 'Use one client for one name.',
  too_many_rooms: 'Leave a room first.',
  not_joined: 'Join the room first.',
  auth_required: 'Log in, or register an account.',
  unsafe_wire: 'Change to a wire that protects it, such as tls.',
  no_accounts: 'Go on as a guest.',
  not_invited: 'Ask somebody in the room for an invitation.',
  session_unknown: 'Log in again.',
};
