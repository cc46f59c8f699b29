/** What the system knows of a process: on Linux only. */
import { readFile, readdir, readlink } from 'node:fs/promises';

/** Bytes of memory that the process has in use. */
export async function rssOf(pid: number): Promise<number> {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kibibytes === undefined) throw new Error(`the system does not say how much memory ${pid} has in use`);
  return Number(kibibytes) * 1024;
}

/** Sockets that the process has open. */
export async function socketsOf(pid: number): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const links = (await readdir(folder)).map((name) => readlink(`${folder}/${name}`).catch(() => ''));
  return (await Promise.all(links)).filter((target) => target.startsWith('socket:')).length;
}
