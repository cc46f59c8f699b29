/** `wireglass lab run --alone`: a server that is all the learner's own, until Ctrl-C. */
import type { LabContext } from '#labs/cli/context';
import { type AloneServer, type Ports, startAlone } from '#labs/run/alone';
import { commandLine } from '#client-cli/hints';
import { configFile } from './config/file.ts';
import { type Given, loadSettings } from './config/load.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { stopSignal } from './stop-signal.ts';

const HOST = '127.0.0.1';

type AloneFlags = Omit<LabContext, 'root'> & { readonly unfinished: boolean };

/** Rejects when the server does not start, or ends by itself. */
export async function runAlone(
  { workspace, progress, unfinished, json }: AloneFlags,
  flags: Given['flags'],
): Promise<void> {
  const { settings } = loadSettings({
    file: await configFile(undefined),
    environment: process.env,
    flags,
  });
  const data = await openDataFolder(settings.data, HOST);
  const stop = stopSignal();
  const server = await startAlone({
    workspace,
    progress,
    unfinished,
    ports: { plain: settings['ports.plain'], psk: settings['ports.psk'], tls: settings['ports.tls'] },
    identity: { cert: data.tls.cert, key: data.tls.key },
    sharedKeys: data.keys,
  });
  console.log(json ? JSON.stringify(readyOf(server, data)) : readyText(server.ports, data));
  const end = await Promise.race([stop.then(() => undefined), server.ended]);
  if (end !== undefined) throw new Error(`your server has ended by itself (${end})`);
  await server.stop();
}

function readyOf({ ports }: AloneServer, { path, caFile, keyFile }: DataFolder): object {
  const wires = Object.entries(ports).map(([wire, port]) => ({ wire, host: HOST, port }));
  return { ready: true, pid: process.pid, wires, data: path, ca: caFile, pskFile: keyFile };
}

function readyText(ports: Ports, { path }: DataFolder): string {
  const lines = Object.entries(ports).map(([wire, port]) => {
    const command = commandLine(`chat --wire ${wire} --host ${HOST} --port ${port}`, path);
    return `${wire.padEnd(7)}${command}`;
  });
  return [
    'Everything that answers here is yours: frames, chat, psk and tls. There is no page, because nothing records the traffic.',
    ...lines,
    `nc     nc ${HOST} ${ports.plain}`,
    'stop   Ctrl-C',
  ].join('\n');
}
