/**
 * What a page and the server say to each other over `/ws/wire`, as JSON texts. Between them, binary frames are the bytes of
 * one TCP connection: of the wire itself, or, where the wire uses TLS, of what is inside TLS.
 */
import type { WireName } from '#protocol/messages';
import type { TlsInUse } from '#wires/protection-text';

/** The first text of the page: one of the workbench's own wires, and nothing else, can be named. */
export interface WireHello {
  readonly type: 'hello';
  readonly token?: string;
  readonly wire: WireName;
}

/** Whoever sends this sends no more bytes, as with a FIN of TCP. */
export interface EndOfBytes {
  readonly type: 'end';
}

export type WireRelayMessage =
  | {
      readonly type: 'open';
      readonly wire: WireName;
      /** Local port of the TCP connection: the `client.port` of its flow at the tap. */
      readonly port: number;
      /** What TLS has agreed on; null where the wire does not use TLS. TLS ends in the server, not in the page. */
      readonly tls: TlsInUse | null;
    }
  | EndOfBytes
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      /** The code of the client’s fault, where the wire could not be reached or was lost. */
      readonly fault?: string;
    };

/** Bytes of the largest binary frame that a page sends. */
export const PIECE_BYTES = 16 * 1024;
