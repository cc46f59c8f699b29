/** A local network made of network namespaces on this machine: hosts on a bridge. Linux, as root. */
import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `ip`, `bridge` and `tc` need; nmap and tshark look at the network. */
const TOOLS = ['ip', 'bridge', 'tc', 'nmap', 'tshark'] as const;
/** Three packets in a hundred. */
const LOSS_PERCENT = 3;
/**
 * The same by a filter, for kernels without netem: load a random number, take it modulo 100, and drop the packet (2) below 3.
 * Classic BPF, as `tc` takes it: see `tc-bpf(8)`.
 */
const LOSSY = `5,32 0 0 4294963256,148 0 0 100,53 1 0 ${LOSS_PERCENT},6 0 0 2,6 0 0 4294967295`;

export interface Host {
  readonly name: string;
  readonly address: string;
  /** Its end of the cable, in its own namespace. */
  readonly device: string;
}

/** Why there can be no such network here; nothing if there can. */
export async function whyNot(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are there on Linux only';
  if (process.getuid?.() !== 0) return 'network namespaces are made by root only';
  const missing: string[] = [];
  for (const tool of TOOLS) if (!(await isThere(tool))) missing.push(tool);
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (Debian: iproute2, nmap, tshark)`;
  return undefined;
}

async function isThere(tool: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(':');
  const found = await Promise.all(
    folders.map((folder) =>
      access(`${folder}/${tool}`).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

export class Lan {
  /** How packets are lost on a lossy cable. */
  lossBy = 'no cable is lossy';
  readonly #tag = `wg${process.pid}`;
  readonly #hosts = new Map<string, Host>();
  readonly #started: ChildProcessWithoutNullStreams[] = [];
  readonly #subnet = `10.213.${process.pid % 256}`;

  static async make(): Promise<Lan> {
    const lan = new Lan();
    await run('ip', ['link', 'add', lan.#tag, 'type', 'bridge']);
    await run('ip', ['link', 'set', lan.#tag, 'up']);
    return lan;
  }

  /** A machine with a cable to the bridge. */
  async add(name: string): Promise<Host> {
    const at = this.#hosts.size + 1;
    const host = { name, address: `${this.#subnet}.${at}`, device: `${this.#tag}e${at}` };
    const [space, port] = [this.#space(name), this.#port(host)];
    await run('ip', ['netns', 'add', space]);
    this.#hosts.set(name, host);
    await run('ip', ['link', 'add', port, 'type', 'veth', 'peer', 'name', host.device, 'netns', space]);
    await run('ip', ['link', 'set', port, 'master', this.#tag, 'up']);
    await run('ip', ['-n', space, 'addr', 'add', `${host.address}/24`, 'dev', host.device]);
    for (const device of ['lo', host.device]) await run('ip', ['-n', space, 'link', 'set', device, 'up']);
    return host;
  }

  /** Three in a hundred packets are lost on the way to this host and as many on the way from it. */
  async lose(host: Host): Promise<void> {
    const port = this.#port(host);
    try {
      const netem = ['root', 'netem', 'loss', `${LOSS_PERCENT}%`];
      await run('tc', ['qdisc', 'add', 'dev', port, ...netem]);
      await run('ip', [
        'netns',
        'exec',
        this.#space(host.name),
        'tc',
        'qdisc',
        'add',
        'dev',
        host.device,
        ...netem,
      ]);
      this.lossBy = 'netem';
    } catch {
      await run('tc', ['qdisc', 'add', 'dev', port, 'clsact']);
      for (const way of ['ingress', 'egress'])
        await run('tc', ['filter', 'add', 'dev', port, way, 'bpf', 'da', 'bytecode', LOSSY]);
      this.lossBy = 'a filter of tc, as this kernel has no netem';
    }
  }

  /** This host reaches no other isolated host, as with the client isolation of an access point. */
  async isolate(host: Host): Promise<void> {
    await run('bridge', ['link', 'set', 'dev', this.#port(host), 'isolated', 'on']);
  }

  /** Packets that were lost on this host's cable, as the kernel counts them, and all that came to it. */
  async lost(host: Host): Promise<{ readonly dropped: number; readonly of: number }> {
    const { stdout } = await run('tc', ['-s', 'qdisc', 'show', 'dev', this.#port(host)]);
    const { stdout: other } = await this.exec(host, 'tc', ['-s', 'qdisc', 'show', 'dev', host.device]);
    const dropped = [...`${stdout}${other}`.matchAll(/\(dropped (\d+)/g)].reduce(
      (sum, [, n]) => sum + Number(n),
      0,
    );
    const { stdout: links } = await run('ip', ['-s', '-j', 'link', 'show', this.#port(host)]);
    const [{ stats64 }] = JSON.parse(links) as [{ stats64: Record<'rx' | 'tx', { packets: number }> }];
    return { dropped, of: dropped + stats64.rx.packets + stats64.tx.packets };
  }

  exec(host: Host, program: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
    return run('ip', ['netns', 'exec', this.#space(host.name), program, ...args], { maxBuffer: 2 ** 26 });
  }

  /** A program on this host, which ends with the network at the latest. */
  spawn(host: Host, program: string, args: readonly string[]): ChildProcessWithoutNullStreams {
    const child = spawn('ip', ['netns', 'exec', this.#space(host.name), program, ...args]);
    this.#started.push(child);
    return child;
  }

  /** Nothing of it stays: no program, no namespace, no device. */
  async remove(): Promise<void> {
    await Promise.all(this.#started.map(ended));
    for (const host of this.#hosts.values()) {
      await run('ip', ['link', 'del', this.#port(host)]).catch(() => undefined);
      await run('ip', ['netns', 'del', this.#space(host.name)]).catch(() => undefined);
    }
    await run('ip', ['link', 'del', this.#tag]).catch(() => undefined);
  }

  #space(name: string): string {
    return `${this.#tag}-${name}`;
  }

  #port({ address }: Host): string {
    return `${this.#tag}p${address.split('.').at(-1) ?? ''}`;
  }
}

/** Milliseconds that a program has to end by itself. */
const GRACE_MS = 5_000;

async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await gone;
  clearTimeout(hard);
}
