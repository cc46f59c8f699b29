/** A reader of the pages with a workbench that runs, accounts on it, and something said on two wires. */
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { register as users } from '../../../server/cli/operator/users.ts';
import type { Finished } from '../programs/program.ts';
import { runCommand } from '../programs/command.ts';
import { until } from '../servers/operator.ts';
import { Puppet } from '../servers/server.ts';
import { Desk } from './desk.ts';

const PASSWORD = 'lantern-orchid-47-quay';
const ACCOUNTS = ['ana', 'bot', 'erik'] as const;

export class Reader {
  readonly desk: Desk;
  /** A password, for the commands that would ask for one. */
  readonly passwordFile: string;
  /** The environment in which Wireshark's folder of plugins is the reader's own. */
  readonly plugins: Readonly<Record<string, string>>;
  readonly #done = new Set<string>();

  static async open(): Promise<Reader> {
    const reader = new Reader(await Desk.open());
    await reader.#settle();
    return reader;
  }

  private constructor(desk: Desk) {
    this.desk = desk;
    this.passwordFile = join(desk.folder, 'bot.password');
    const home = join(desk.folder, 'home');
    this.plugins = { HOME: home, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config') };
  }

  get data(): string {
    return join(this.desk.folder, 'data');
  }

  async #settle(): Promise<void> {
    await mkdir(join(this.desk.folder, 'home'));
    await writeFile(this.passwordFile, `${PASSWORD}\n`);
    await chmod(this.passwordFile, 0o600);
    await this.desk.addresses();
    for (const name of ACCOUNTS) {
      const made = await runCommand(
        users,
        'users',
        'add',
        name,
        '--password-file',
        this.passwordFile,
        '--data',
        this.data,
      );
      expect(made).toMatchObject({ code: 0 });
    }
  }

  /** A capture of something that was said on two wires. It is made once. */
  async captured(name = 'chat.pcapng'): Promise<string> {
    const path = join(this.desk.folder, 'reader.pcapng');
    if (!this.isDone('capture')) {
      for (const wire of ['psk', 'tls'])
        await this.desk.run(
          ['chat', '--wire', wire, '--name', 'reader'],
          'hello from the reader, and a few more words\n',
        );
      expect(await this.desk.run(['capture', '--out', path])).toMatchObject({ code: 0 });
    }
    const copy = join(this.desk.folder, name);
    await copyFile(path, copy);
    return copy;
  }

  /** An account on a connection of its own, by which a test can say what the program has no command for. */
  async loggedIn(name: string): Promise<Puppet> {
    const { host, port } = (await this.desk.addresses()).wires.tls;
    const ca = await readFile(join(this.data, 'certs/ca.pem'), 'utf8');
    const puppet = await Puppet.dial({ wire: 'tls', host, port, ca });
    puppet.say({ type: 'login', name, password: PASSWORD, ref: '1' });
    await until(puppet, 'auth_success');
    return puppet;
  }

  /** A command that must end well. */
  async does(...words: readonly string[]): Promise<Finished> {
    const finished = await this.desk.run(words);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    return finished;
  }

  /** The same, unless it has been done. */
  async once(...words: readonly string[]): Promise<void> {
    if (!this.isDone(words.join(' '))) await this.does(...words);
  }

  /** Whether this was asked before. */
  isDone(what: string): boolean {
    const done = this.#done.has(what);
    this.#done.add(what);
    return done;
  }

  async close(): Promise<void> {
    await this.desk.close();
  }
}
