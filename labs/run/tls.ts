/** A learner's TLS listener (lab 09) in place of ours. Our key log and our limits are put on it from outside. */
import { Server, Socket } from 'node:net';
import type { Identity } from '#runtime/pieces';
import { type LoadedPiece, Nonsense, callPiece } from './fault.ts';

type Create = (identity: Identity, onStream: (stream: unknown) => void) => unknown;

const CONTRACT =
  'It returns a server that calls onStream with the stream of each client whose handshake is done.';

export function learnersTls(
  piece: LoadedPiece,
  identity: Identity,
  accept: (socket: Socket) => void,
): Server {
  const create = piece.exports['createTlsListener'] as Create;
  const call = { name: 'createTlsListener()', input: () => 'certificate and key', contract: CONTRACT };
  const server = callPiece(piece, call, () => {
    const made = create({ ...identity }, (stream) => accept(checkedStream(piece, stream)));
    if (made instanceof Server) return made;
    throw new Nonsense(`it returned ${typeof made}, not a server`);
  });
  return guarded(piece, server);
}

function checkedStream(piece: LoadedPiece, stream: unknown): Socket {
  const call = { name: 'onStream()', input: () => typeof stream, contract: CONTRACT };
  return callPiece(piece, call, () => {
    if (stream instanceof Socket) return stream;
    throw new Nonsense('what it gave is not a socket');
  });
}

/** What their listener throws while it handles a connection costs that connection only. */
function guarded(piece: LoadedPiece, server: Server): Server {
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: readonly unknown[]): boolean => {
    try {
      return emit(event, ...args);
    } catch (error) {
      report(piece, event, error);
      for (const arg of args) if (arg instanceof Socket) arg.destroy();
      return true;
    }
  };
  return server;
}

function report(piece: LoadedPiece, event: string, error: unknown): void {
  const call = { name: `the listener for ${event}`, input: () => 'a connection', contract: CONTRACT };
  try {
    callPiece(piece, call, () => {
      throw error;
    });
  } catch {
    // It has been said, unless it had been said before.
  }
}
