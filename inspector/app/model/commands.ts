/** What to type to chat on a wire from a terminal, on the machine of the page. */
import type { WhosePiece } from '#dissect/page-stream';
import { quoted } from '#protocol/shown';
import { type WireName, needsKeys, wireByName } from '#protocol/wires';

/** What `GET /api/info` says for commands. */
export interface ServerInfo {
  /** The server's data folder; null where commands look into it by themselves. */
  readonly data: string | null;
  /** Path of the CA's certificate on the server. */
  readonly ca: string;
  /** Whose each part of the server is; null when all are ours. */
  readonly pieces?: readonly WhosePiece[] | null;
  /** Path of the demo key on the server; null when the shared key is a real one. */
  readonly demoKey: string | null;
  /** Whether somebody at this browser may step into a connection of the workbench. */
  readonly stepIn?: boolean;
}

/** A file that the command reads and that the server gives out. */
export interface NeededFile {
  readonly path: string;
  readonly name: string;
  readonly label: string;
}

export interface ChatCommand {
  readonly text: string;
  /** Files that must be downloaded first. */
  readonly files: readonly NeededFile[];
  /** The wire needs a shared key that only the operator hands out. */
  readonly asksForKey: boolean;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '']);

/**
 * `page` is the host name in the page's own address. On the server's machine a command finds everything in the data
 * folder; on another machine it needs the address, and the files that protect the wire.
 */
export function chatCommand(
  { wire, port }: { wire: WireName; port: number },
  page: string,
  server: ServerInfo | undefined,
): ChatCommand {
  const start = `npx wireglass chat --wire ${wire}`;
  if (!LOOPBACK.has(page)) return remoteCommand(start, { wire, port }, page, server);
  const data = server?.data ? ` --data ${quoted(server.data)}` : '';
  return { text: `${start} --port ${port}${data}`, files: [], asksForKey: false };
}

function remoteCommand(
  start: string,
  { wire, port }: { wire: WireName; port: number },
  page: string,
  server: ServerInfo | undefined,
): ChatCommand {
  const needsKey = needsKeys(wire, 'shared');
  const ca = needsKeys(wire, 'certificate') ? [caOf(server)] : [];
  const key = needsKey ? demoKeyOf(server) : [];
  const keyFile = key[0]?.name ?? 'psk.keys';
  const options = ca.map(({ name }) => ` --ca ${name}`);
  if (needsKey) options.push(` --psk-file ${keyFile}`);
  return {
    text: `${start} --host ${bare(page)} --port ${port}${options.join('')}`,
    files: server ? [...ca, ...key] : [],
    asksForKey: server !== undefined && needsKey && key.length === 0,
  };
}

/** What shows the raw frames of a wire without Wireglass. No common tool speaks psk, so the psk wires have none. */
export function toolCommand(
  { wire, port }: { wire: WireName; port: number },
  page: string,
  server: ServerInfo | undefined,
): ChatCommand | undefined {
  const host = LOOPBACK.has(page) ? '127.0.0.1' : page;
  const [outermost, ...others] = wireByName(wire).layers;
  if (outermost === undefined) return { text: `nc ${bare(host)} ${port}`, files: [], asksForKey: false };
  if (outermost !== 'tls' || others.length > 0) return undefined;
  const text = `openssl s_client -quiet -verify_return_error -CAfile ca.pem -connect ${host}:${port}`;
  return { text, files: server ? [caOf(server)] : [], asksForKey: false };
}

/** An IPv6 address without the brackets that it has in a URL. */
function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

function caOf(server: ServerInfo | undefined): NeededFile {
  return { path: server?.ca ?? '', name: 'ca.pem', label: 'ca.pem' };
}

function demoKeyOf(server: ServerInfo | undefined): readonly NeededFile[] {
  return server?.demoKey ? [{ path: server.demoKey, name: 'demo-psk.keys', label: 'demo key' }] : [];
}
