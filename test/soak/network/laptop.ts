/** The instructor's laptop: the real program, for a class, on a host of the network. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { LAUNCHER } from '#data-folder/project';
import { WIRE_NAMES, type WireName } from '#protocol/wires';
import { type Needle, text } from './leaks.ts';
import type { Where } from './contract.ts';
import type { Host, Lan } from './lan.ts';

interface Ready {
  readonly web: { readonly port: number };
  readonly wires: readonly {
    readonly wire: WireName;
    readonly port: number;
    readonly server: { readonly port: number };
  }[];
  readonly class: { readonly code: string };
}

export interface Laptop {
  readonly where: Where;
  readonly code: string;
  /** Ports of the page and of the wires, which everyone on the network is to reach. */
  readonly ports: readonly number[];
  /** Ports on which this host listens for itself only. */
  readonly loopbackPorts: readonly number[];
}

/** With ports that are free, as no other program listens on this host. */
export async function startLaptop(lan: Lan, host: Host, data: string): Promise<Laptop> {
  const free = ['web', ...WIRE_NAMES].flatMap((name) => [`--${name.replaceAll('+', '-')}`, '0']);
  const args = [LAUNCHER, 'classroom', '--data', data, ...free, '--log', 'error', '--json'];
  const child = lan.spawn(host, process.execPath, args);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (said: string) => (stderr += said));
  const line = once(createInterface(child.stdout), 'line').then(([first]) => first as string);
  const gone = once(child, 'exit').then(() => Promise.reject(new Error(`wireglass ended: ${stderr}`)));
  const ready = JSON.parse(await Promise.race([line, gone])) as Ready;
  const wires = ready.wires.map(({ wire, port }) => ({ wire, host: host.address, port }));
  const { stdout } = await lan.exec(host, 'cat', ['/proc/net/tcp', '/proc/net/tcp6']);
  return {
    where: { origin: `http://${host.address}:${ready.web.port}`, wires },
    code: ready.class.code,
    ports: [ready.web.port, ...wires.map(({ port }) => port)].sort((a, b) => a - b),
    loopbackPorts: listeningOnLoopback(stdout),
  };
}

/** `proc_net_tcp(5)`: 0A is LISTEN, and addresses are in the order of this machine's bytes. */
const LISTENING = /^\s*\d+: ((?:0{24}01000000)|0100007F):([0-9A-F]{4}) [0-9A-F]+:0000 0A /gm;

function listeningOnLoopback(table: string): number[] {
  return [...table.matchAll(LISTENING)].map(([, , port = '']) => parseInt(port, 16));
}

/** What is this laptop's alone. */
export async function secretsOf(data: string): Promise<Needle[]> {
  const files = ['web-token', 'operator-token'];
  return Promise.all(
    files.map(async (file) =>
      text(`the laptop’s ${file}`, (await readFile(join(data, file), 'utf8')).trim()),
    ),
  );
}
