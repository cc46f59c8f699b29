/**
 * What can go wrong on the client's side, by code: what happened, what that means, what to do, and whether another
 * attempt may succeed without anyone changing anything (`heals`).
 */
import { LIMITS } from '#protocol/limits';

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
    means: 'The network has no route to this address.',
    todo: 'Check the address and the network.',
  },
  timeout: {
    heals: true,
    what: 'there was no answer in time',
    means: 'Something may have accepted the connection, but it did not answer as this wire demands.',
    todo: 'Check that the port belongs to this wire, and that no firewall swallows the packets.',
  },
  connection_lost: {
    heals: true,
    what: 'the connection was lost',
    means: 'The other side or the network ended it without saying why.',
    todo: 'Try again; acknowledged messages are safe.',
  },
  relay_lost: {
    heals: true,
    what: 'the connection to the workbench was lost',
    means: 'This page reaches the wires through the workbench, which has stopped, or cannot be reached.',
    todo: 'Wait, or start the workbench again; acknowledged messages are safe.',
  },
  relay_refused: {
    heals: false,
    what: 'the workbench refuses to relay',
    means: 'It does not accept this page, or has no such wire.',
    todo: 'Open the page with the link that the workbench printed at its start.',
  },
  not_tls: {
    heals: false,
    what: 'the answer was not TLS',
    means: 'Whatever listens there does not speak TLS, so nothing was sent to it.',
    todo: 'Check the port: the plain and psk wires use other ports.',
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
    todo: 'Check the clock of this machine; if it is right, the certificate is faulty.',
  },
  certificate_wrong_host: {
    heals: false,
    what: 'the certificate is for another host',
    means: 'A trusted authority vouches for someone, but not for the host that was asked for.',
    todo: 'Connect to a name that the certificate lists, or get a certificate for this one.',
  },
  certificate_self_signed: {
    heals: false,
    what: 'the certificate is self-signed',
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
    means: 'A well-equipped attacker can break its key or its signature.',
    todo: 'Get a certificate with RSA of 2048 bits or more, or with an elliptic curve, and with SHA-256.',
  },
  certificate_bad: {
    heals: false,
    what: 'the certificate breaks the rules',
    means: 'Its signature is wrong, or it, or one above it, is used for a purpose that it does not allow.',
    todo: 'Do not go on: it is faulty or was tampered with.',
  },
  bad_host: {
    heals: false,
    what: 'the host name cannot be used',
    means:
      'A certificate can only be checked against a plain ASCII name or an address in its usual spelling.',
    todo: 'Write the name in ASCII (xn--… for other letters), or the address as 127.0.0.1 or ::1.',
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
    means: 'It does not contain certificates in PEM form.',
    todo: 'Give the ca.pem of the server.',
  },
  weak_suite: {
    heals: false,
    what: 'this suite is too weak for a network',
    means: 'It exists to be broken in a lesson, so nothing was sent.',
    todo: 'Use it with a server on this machine, or use another suite. In a lesson on a network, say so a second time with --weak-suites-on-lan.',
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
    todo: 'Split it into several messages.',
  },
  not_sent: {
    heals: false,
    what: 'this was not sent',
    means: 'A message goes out only under the name that it was written under.',
    todo: 'Write it again to send it under this name.',
  },
  not_connected: {
    heals: true,
    what: 'there is no connection now',
    means: 'A password or a code goes only over the connection it was typed for.',
    todo: 'Try again once the client is connected.',
  },
  logins_unusable: {
    heals: false,
    what: 'the file of logins cannot be used',
    means: 'Logins cannot be stored for the next start, or the stored ones could not be read.',
    todo: 'Check the file and its permissions.',
  },
  outbox_full: {
    heals: false,
    what: 'too many messages are waiting for their acknowledgement',
    means: 'This program must keep them all, so it accepts no more.',
    todo: 'Wait until some are acknowledged.',
  },
  closed: {
    heals: false,
    what: 'the client is closed',
    means: 'It was closed on this side.',
    todo: 'Make a new one.',
  },
  aborted: {
    heals: false,
    what: 'it was cancelled',
    means: 'The signal that was given with it fired.',
    todo: 'Nothing needs to be done.',
  },
} as const satisfies Record<string, Fault>;

export type FaultCode = keyof typeof FAULTS;

/** Protocol errors that the next connection may not have: damage on the way, a restart, a server under load. */
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
  // The operator may start the wire again.
  'wire_stopped',
  'shutting_down',
  'internal',
  'read_only',
  'rate_limited',
  'too_many_connections',
  'idle_timeout',
  'frame_timeout',
  'login_timeout',
  // The client reconnects, and then a login is asked for.
  'session_revoked',
]);

/** Advice for protocol errors that a person can do something about. */
export const PROTOCOL_ADVICE: Readonly<Record<string, string>> = {
  key_confirmation_failed:
    'The key in the key file is not the server’s key with this id. Get the right key file.',
  unknown_key_id: 'Get the key file that the server uses now: this key may have been rotated out.',
  no_common_suite:
    'Offer another suite. A server accepts a weak one only if it was started with --weak-suites and its name.',
  not_psk: 'Check the port: the other wires use other ports.',
  record_truncated: 'If this happens at once, check that the port is that of a psk wire.',
  record_too_large: 'Check that the port is that of a psk wire.',
  frame_too_large: 'Check that the port is that of this wire.',
  name_taken: 'Choose another name.',
  bad_name: 'Choose another name.',
  room_looks_alike: 'Choose another name.',
  replaced: 'Use one client for one name.',
  too_many_rooms: 'Leave a room first.',
  not_joined: 'Join the room first.',
  auth_required: 'Log in, or register an account.',
  unsafe_wire: 'Switch to a wire that protects it, such as tls.',
  no_accounts: 'Continue as a guest.',
  not_invited: 'Ask somebody in the room for an invitation.',
  session_unknown: 'Log in again.',
  wire_stopped: 'Use another wire, or wait until the operator starts this one again.',
};
