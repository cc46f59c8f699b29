/** Opens ports that may be in use: a default port is replaced by a free one, a port that a person chose is not. */
import type { ListenAddress } from '#runtime/server';

export interface WantedPort extends ListenAddress {
  /** A person chose this port. */
  readonly named: boolean;
}

export interface Opened<T> {
  readonly result: T;
  /** The default port that was in use, when another was opened instead. */
  readonly insteadOf: number | undefined;
}

/** Calls `open` with the wanted port, and with 0 if that port is in use and nobody chose it. */
export async function openPort<T>(
  what: string,
  { host, port, named }: WantedPort,
  open: (address: ListenAddress) => Promise<T>,
): Promise<Opened<T>> {
  try {
    return { result: await open({ host, port }), insteadOf: undefined };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && !named && port !== 0) {
      return { result: await open({ host, port: 0 }), insteadOf: port };
    }
    throw portError(what, host, port, code, error as Error);
  }
}

function portError(what: string, host: string, port: number, code: string | undefined, cause: Error): Error {
  const place = `${what} cannot listen on ${host} port ${port}`;
  const advice =
    {
      EADDRINUSE: 'another program has this port; choose another one, or 0 for any free one',
      EACCES: 'this account is not allowed to use this port; choose one above 1023',
      EADDRNOTAVAIL: 'this machine has no such address; --host needs one of its own, or 0.0.0.0 for all',
      ENOTFOUND: 'this host name is unknown; --host needs an address of this machine',
    }[code ?? ''] ?? cause.message;
  return new Error(`${place}: ${advice}`, { cause });
}
