/** Ports, and whether others on the network could come in. */
import { type AddressInfo, connect, createServer } from 'node:net';
import { readAddresses } from '#client/addresses';
import { isLoopback, isWildcard, lanAddress } from '#web/guard';
import { SETTINGS } from '../config/settings.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

const PATIENCE_MS = 2_000;
const PORTS = ['ports.plain', 'ports.psk', 'ports.tls', 'ports.tls-psk', 'ports.web'] as const;

/** Ports that a start would want: free, or those of the server that runs. */
export const checkPorts: Check = async ({ settings, data }) => {
  const running = await readAddresses(data);
  const ours = running
    ? [...Object.values(running.wires).map(({ port }) => port), Number(new URL(running.web).port)]
    : [];
  const findings: Finding[] = [];
  for (const key of PORTS) {
    const port = settings[key];
    if (port === 0 || ours.includes(port) || (await isFree(settings.host, port))) continue;
    const falls = port === SETTINGS[key].fallback ? '; a start takes another one' : '';
    findings.push(
      warning('ports', `port ${port} (${key}) is taken by another program${falls}`, `set ${key}`),
    );
  }
  if (findings.length > 0) return findings;
  return [ok('ports', running ? 'the running server has its ports' : 'all that a start wants are free')];
};

/** Whether this machine's own network address takes connections: a firewall on this machine may not let it. */
export const checkReach: Check = async ({ settings, server }) => {
  const host = server ? (await server.status()).host : settings.host;
  if (isLoopback(host)) return [ok('network', 'only this machine can connect (host is loopback)')];
  const address = isWildcard(host) ? lanAddress() : host;
  if (address === undefined)
    return [warning('network', 'this machine has no address on a network', 'connect it to one')];
  if (await canConnect(address))
    return [ok('network', `${address} takes connections; a firewall elsewhere cannot be seen from here`)];
  const mend = 'let the ports of the wires and of the page through the firewall of this machine';
  return [problem('network', `no connection to ${address} could be made`, mend)];
};

function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** To a listener of our own, so that it does not matter whether a server runs. */
async function canConnect(address: string): Promise<boolean> {
  const listener = createServer((socket) => socket.destroy());
  const listening = await new Promise<boolean>((resolve) => {
    listener.once('error', () => resolve(false)).listen(0, address, () => resolve(true));
  });
  if (!listening) return false;
  const { port } = listener.address() as AddressInfo;
  const socket = connect({ host: address, port, timeout: PATIENCE_MS });
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('timeout', () => resolve(false));
  });
  socket.destroy();
  listener.close();
  return connected;
}
