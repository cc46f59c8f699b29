/** What tshark, an independent program, says about a capture file. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Direction } from '#dissect/model';

const run = promisify(execFile);

const CHECKSUMS = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
/** The two severities above a note. */
const WARNINGS = '_ws.expert.severity == 6291456 || _ws.expert.severity == 8388608';

/** Ports that a kernel gives to clients (IANA's and Linux's ranges together). */
const EPHEMERAL = { from: 32_768, to: 65_535 } as const;

export class Tshark {
  readonly #program: string;
  #quiet: Promise<readonly string[]> | undefined;

  constructor(program: string) {
    this.#program = program;
  }

  /** Lines that it prints. Rejects when it says more on standard error than that it runs as root. */
  async ask(file: string, ...args: string[]): Promise<string[]> {
    const quiet = await (this.#quiet ??= this.#withoutPortOwners());
    const { stdout, stderr } = await run(this.#program, ['-n', '-r', file, ...quiet, ...args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const complaint = stderr.replace(/^Running as user .*\n/, '');
    if (complaint !== '') throw new Error(complaint);
    return stdout.split('\n').filter((line) => line !== '');
  }

  /**
   * A few protocols own a port from the range that kernels give to clients, and tshark reads whatever crosses such a
   * port as theirs. Once in some thousand connections that is one of ours.
   */
  async #withoutPortOwners(): Promise<readonly string[]> {
    const { stdout } = await run(this.#program, ['-G', 'decodes'], { maxBuffer: 64 * 1024 * 1024 });
    const owners = stdout.split('\n').flatMap((line) => {
      const [table, port, protocol] = line.split('\t');
      const ours = table === 'tcp.port' && Number(port) >= EPHEMERAL.from && Number(port) <= EPHEMERAL.to;
      return ours && protocol !== undefined ? [protocol] : [];
    });
    return [...new Set(owners)].flatMap((protocol) => ['--disable-protocol', protocol]);
  }

  /** Every value of each of these fields, in the order of the packets. One start of tshark for all of them. */
  async values(file: string, names: readonly string[]): Promise<Map<string, string[]>> {
    const columns = names.flatMap((name) => ['-e', name]);
    const lines = await this.ask(file, '-T', 'fields', '-E', 'aggregator=|', ...columns);
    const rows = lines.map((line) => line.split('\t'));
    return new Map(
      names.map((name, i) => [
        name,
        rows.flatMap((row) => row[i]?.split('|') ?? []).filter((text) => text !== ''),
      ]),
    );
  }

  /** How many packets each of these filters finds. One start of tshark for all of them. */
  async counts(file: string, filters: readonly string[], ...args: string[]): Promise<number[]> {
    const lines = await this.ask(file, '-q', '-z', `io,stat,0,${filters.join(',')}`, ...args);
    // | 0.0 <> 0.1 | frames | bytes | frames | bytes | …
    const cells = (lines.find((line) => line.includes(' <> ')) ?? '').split('|').slice(2);
    return filters.map((_, i) => Number(cells[2 * i]));
  }

  /** Packets that `filter` finds, with checksums looked at: number and what the experts say. */
  async find(file: string, filter: string): Promise<string[]> {
    const fields = ['-T', 'fields', '-e', 'frame.number', '-e', '_ws.expert.message'];
    return this.ask(file, ...CHECKSUMS, '-Y', filter, ...fields);
  }

  /** Malformed packets, wrong checksums, and whatever the experts warn of. */
  async faults(file: string): Promise<string[]> {
    return this.find(
      file,
      `_ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || ${WARNINGS}`,
    );
  }

  /** Which TCP conversation of the file is between these ports. A client's port alone may have been that of one to another server. */
  async streamOf(file: string, clientPort: number, serverPort: number): Promise<number> {
    const fields = ['-T', 'fields', '-e', 'tcp.stream'];
    const filter = `tcp.srcport == ${clientPort} && tcp.dstport == ${serverPort}`;
    const [stream] = await this.ask(file, '-Y', filter, ...fields);
    if (stream === undefined) throw new Error(`${file} has no packet that fits ${filter}`);
    return Number(stream);
  }

  /** Content of one conversation in hex, by direction: decrypted (`tls`) or as it crossed (`tcp`). */
  async follow(
    file: string,
    kind: 'tls' | 'tcp',
    clientPort: number,
    stream = 0,
  ): Promise<Record<Direction, string>> {
    return contentOf(await this.ask(file, '-q', '-z', `follow,${kind},raw,${stream}`), clientPort);
  }

  /** The same of a file with one TCP conversation, and how many packets it has. */
  async followCounting(
    file: string,
    clientPort: number,
  ): Promise<{ packets: number; content: Record<Direction, string> }> {
    const lines = await this.ask(file, '-T', 'fields', '-e', 'frame.number', '-z', 'follow,tcp,raw,0');
    const begin = lines.findIndex((line) => line.startsWith('==='));
    return { packets: begin, content: contentOf(lines.slice(begin), clientPort) };
  }

  /**
   * Content of all conversations, the first of which is number 0, and what the experts warn of, checksums included. One
   * start of tshark, which takes longer than reading a small file.
   */
  async followAll(
    file: string,
    kind: 'tls' | 'tcp',
    clientPorts: readonly number[],
  ): Promise<{ faults: string[]; contents: Record<Direction, string>[] }> {
    const follow = clientPorts.flatMap((_port, stream) => ['-z', `follow,${kind},raw,${stream}`]);
    const lines = await this.ask(file, ...CHECKSUMS, '-q', '-z', 'expert,warn', ...follow);
    const faults: string[] = [];
    const followed: string[][] = [];
    let within: string[] | undefined;
    for (const line of lines) {
      if (line.startsWith('Follow:')) followed.push((within = []));
      else if (/^=+$/.test(line)) within = undefined;
      else (within ?? faults).push(line);
    }
    const contents = clientPorts.map((port, stream) =>
      contentOf(followed.find(([filter]) => filter === `Filter: tcp.stream eq ${stream}`) ?? [], port),
    );
    return { faults, contents };
  }
}

/** tshark calls the side that it takes for the first to speak node 0, and indents the lines of the other one with a tab. */
function contentOf(lines: readonly string[], clientPort: number): Record<Direction, string> {
  const clientIsFirst = lines.some((line) => line.startsWith('Node 0:') && line.endsWith(`:${clientPort}`));
  const data = lines.filter((line) => /^\t?[0-9a-f]+$/.test(line));
  const side = (first: boolean): string =>
    data
      .filter((line) => line.startsWith('\t') !== first)
      .map((line) => line.trim())
      .join('');
  return { c2s: side(clientIsFirst), s2c: side(!clientIsFirst) };
}
