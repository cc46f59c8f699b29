/** What a pump needs of a socket. A socket of Node has it, and so has whatever takes its place in a page. */
export interface ByteStream {
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'end' | 'close' | 'drain', listener: () => void): unknown;
  once(event: 'close', listener: () => void): unknown;
  /** Port of this end of the TCP connection, once it is open. */
  readonly localPort?: number | undefined;
  readonly writable: boolean;
  readonly writableNeedDrain: boolean;
  readonly closed: boolean;
  write(bytes: Uint8Array): boolean;
  end(): unknown;
  /** What is written until `uncork` leaves in one piece, if the socket can do that. */
  cork(): void;
  uncork(): void;
  pause(): unknown;
  resume(): unknown;
  destroy(error?: Error): unknown;
}

/** An error of a socket, with the code that its system gives it. */
export type SocketError = Error & { readonly code?: string };
