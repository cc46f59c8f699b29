/** Checks the ports, and whether other machines on the network can connect. */
import { type AddressInfo, connect, createServer } from 'node:net';
import { readAddresses } from '#data-folder/addresses';
import { isLoopback, isWildcard, lanAddress } from '#web/guard';
import { devicesText } from '#web/operator/devices-text';
import { SETTINGS } from '../config/settings.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

const PATIENCE_MS = 2_000;
const PORTS = ['ports.plain', 'ports.psk', 'ports.tls', 'ports.tls-psk', 'ports.web'] as const;

/** Whether the ports that a start needs are free, or belong to the running server. */
export const checkPorts: Check = async ({ settings, data }) => {
  const running = await readAddresses(data);
  const ours = running
    ? [...Object.values(running.wires).map(({ port }) => port), Number(new URL(running.web).port)]
    : [];
  const findings: Finding[] = [];
  for (const key of PORTS) {
    const port = settings[key];
    if (port === 0 || ours.includes(port) || (await isFree(settings.host, port))) continue;
    const falls = port === SETTINGS[key].fallback ? '; a start uses another one' : '';
    findings.push(warning('ports', `port ${port} (${key}) is used by another program${falls}`, `set ${key}`));
  }
  if (findings.length > 0) return findings;
  return [
    ok('ports', running ? 'the running server has its ports' : 'all ports that a start needs are free'),
  ];
};

/** Whether this machine's network address accepts connections, or a firewall on this machine prevents that. */
export const checkReach: Check = async ({ settings, server }) => {
  const host = server ? (await server.status()).host : settings.host;
  if (isLoopback(host)) return [ok('network', 'only this machine can connect (host is loopback)')];
  const address = isWildcard(host) ? lanAddress() : host;
  if (address === undefined)
    return [warning('network', 'this machine has no network address', 'connect it to a network')];
  if (await canConnect(address))
    return [
      ok('network', `${address} accepts connections; a firewall elsewhere cannot be detected from here`),
    ];
  const mend = "allow the ports of the wires and the page in this machine's firewall";
  return [problem('network', `${address} does not accept connections`, mend)];
};

/** Whether any device has come yet: from here, nothing else tells whether the network lets one come. */
export const checkDevices: Check = async ({ server, data, now }) => {
  const [status, running] = [await server?.status(), await readAddresses(data)];
  const text = status && devicesText(status, now);
  if (!status || !running || text === undefined) return [];
  if (status.devices.count > 0) return [ok('devices', text)];
  return [
    warning(
      'devices',
      `${text} yet`,
      `open ${placeOf(running.web, status.host)} on a phone in this network; ${USUAL_CAUSES}`,
    ),
  ];
};

const USUAL_CAUSES =
  'if it does not load, then mostly a firewall on this machine is in the way, or the Wi-Fi keeps its devices apart, ' +
  'or the phone has left a Wi-Fi without internet: docs/handbook/set-up.md has a hotspot that helps';

/** As others reach it now: a laptop may have changed networks since the start. */
function placeOf(web: string, host: string): string {
  const url = new URL(web);
  const address = isWildcard(host) ? lanAddress() : undefined;
  if (address !== undefined) url.hostname = address.includes(':') ? `[${address}]` : address;
  return url.href;
}

function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

/** Connects to a listener of its own, so that it does not matter whether a server is running. */
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
