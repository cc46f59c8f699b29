/** Real TLS connections between two ends on this machine: what a verifying client says of a server's certificate. */
import { once } from 'node:events';
import { type AddressInfo, isIP } from 'node:net';
import { type Server, connect, createServer } from 'node:tls';

export interface Identity {
  /** PEM, with the private key that belongs to it. */
  readonly cert: string;
  readonly key: string;
}

export interface Expectation {
  /** PEM of the CA that the client trusts. */
  readonly ca: string;
  /** The name that the client asks for. */
  readonly host: string;
}

/** `accepted`, or the code of the client's error, or of the server's when it cannot even use its certificate. */
export async function verify(identity: Identity, { ca, host }: Expectation): Promise<string> {
  let server: Server;
  try {
    server = createServer(identity);
  } catch (error) {
    return codeOf(error);
  }
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const name = isIP(host) === 0 ? { servername: host } : {};
  const client = connect({ host: '127.0.0.1', port, ca, ...name });
  try {
    await once(client, 'secureConnect');
    return 'accepted';
  } catch (error) {
    return codeOf(error);
  } finally {
    client.destroy();
    server.close();
  }
}

function codeOf(error: unknown): string {
  return (error as { readonly code?: string }).code ?? String(error);
}
