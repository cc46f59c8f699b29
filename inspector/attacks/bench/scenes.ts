/** What the bench of a page can stand in front of. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flowOf } from '#dissect/page-bench';
import { toHex } from '#protocol/bytes';
import type { WireName } from '#protocol/messages';
import type { Address } from '#tap/tap';
import type { World } from '../world.ts';
import type { Scene } from './session.ts';

const SECRET_MODE = 0o600;

/** A world of its own, in which ben is already. */
export function worldScene(world: World): Scene {
  const { id, wire } = world.target;
  return {
    target: id,
    wire,
    address: world.address(),
    // What ana says, or all that her client sends where nobody without a key can tell.
    breakpoint: saysOr(wire, 'dir == c2s'),
    command: (port) => commandFor(world, port),
    enter: world.anaBy,
  };
}

/** A wire of the workbench, or one connection on it, whose sealed records can be read there. Clients find the key and the certificate in its data folder. */
export function ownScene(target: string, wire: WireName, address: Address): Scene {
  return {
    target,
    wire,
    address,
    breakpoint: flowOf(target) === undefined ? saysOr(wire, '') : saysOr('plain', ''),
    command: (port) => Promise.resolve(`npx wireglass chat --wire ${wire} --port ${port}`),
  };
}

function saysOr(wire: WireName, sealed: string): string {
  return wire === 'plain' ? 'msg.type == "say"' : sealed;
}

/** With the files that a client needs, in the folder of this process. */
async function commandFor({ target, psk, certificates }: World, port: number): Promise<string> {
  const words = [`npx wireglass chat --wire ${target.wire} --port ${port} --name cai`];
  const kept = async (option: string, name: string, text: string): Promise<void> => {
    const file = join(tmpdir(), name);
    await writeFile(file, text, { mode: SECRET_MODE });
    words.push(`${option} ${file}`);
  };
  if (target.wire.includes('psk')) await kept('--psk-file', 'psk.keys', `${psk.id}:${toHex(psk.key)}\n`);
  if (target.suite) words.push(`--suite ${target.suite.name}`);
  if (target.wire.includes('tls')) await kept('--ca', 'ca.pem', certificates.server.ca);
  return words.join(' ');
}
