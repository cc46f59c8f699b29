/** What the records of a psk handshake contribute to its key schedule. */
import { isMisfit, parseLayout } from '#protocol/layout';
import { CLIENT_HELLO_LAYOUT, RECORD_HEADER_LENGTH, SERVER_HELLO_LAYOUT } from '#channel/psk/records';
import { withoutConfirmation } from '#channel/psk/schedule';
import { type Suite, suiteById } from '#channel/psk/suites';
import type { Direction } from '../model.ts';
import type { Value } from './steps.ts';

/** What crossed the wire of one session: whole records, header and body. */
export interface SessionRecords {
  clientHello?: Uint8Array;
  serverHello?: Uint8Array;
  clientFinished?: Uint8Array;
  /** The first sealed record of each direction, and whether it opened. */
  readonly sealed: Partial<Record<Direction, { readonly record: Uint8Array; readonly opens: boolean }>>;
}

export interface Hellos {
  readonly nonces: { readonly client: Value; readonly server: Value };
  /** What the transcript hash is made of: both hellos, without the server's confirmation. */
  readonly parts: readonly [Value, Value];
  readonly confirm: Uint8Array;
  readonly suite: Suite | undefined;
  readonly keyId: Uint8Array;
}

/** `undefined` while a hello is missing, or where one does not fit. */
export function readHellos({ clientHello, serverHello }: SessionRecords): Hellos | undefined {
  if (!clientHello || !serverHello) return undefined;
  const client = parseLayout(CLIENT_HELLO_LAYOUT, clientHello, RECORD_HEADER_LENGTH);
  const server = parseLayout(SERVER_HELLO_LAYOUT, serverHello, RECORD_HEADER_LENGTH);
  if (isMisfit(client) || isMisfit(server)) return undefined;
  return {
    nonces: {
      client: wire('client_nonce', client.values.client_nonce),
      server: wire('server_nonce', server.values.server_nonce),
    },
    parts: [
      wire('client hello', clientHello),
      wire('server hello without its confirmation', withoutConfirmation(serverHello)),
    ],
    confirm: server.values.server_confirm,
    suite: suiteById(server.values.suite),
    keyId: client.values.key_id,
  };
}

export function wire(name: string, bytes: Uint8Array): Value {
  return { name, bytes, from: 'wire' };
}
