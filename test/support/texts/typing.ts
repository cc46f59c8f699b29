/** Lines that a text has its reader type in the chat, in a terminal that stays open until the lab is over. */
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Program } from '../programs/program.ts';
import { Terminal } from '../programs/terminal.ts';
import { findTool } from '../programs/tools.ts';
import { interrupted, printed } from './waiting.ts';

const PASSWORD = 'Lantern-orchid-47';

/** Where it is typed: a folder with the workbench's `data`, and a way to start `wireglass` in it. */
interface Place {
  readonly folder: string;
  start(args: readonly string[]): Program;
}

export class Typing {
  readonly #desk: Place;
  readonly #terminal: Terminal;
  #wire: string;
  /** Where in the terminal's output the last line was typed. */
  #place = 0;

  constructor(desk: Place, wire: string) {
    this.#desk = desk;
    this.#wire = wire;
    const files = ['--data', join(desk.folder, 'data'), '--logins', join(desk.folder, 'logins.json')];
    this.#terminal = new Terminal(findTool('pty') as string, ['chat', '--wire', wire, ...files]);
  }

  close(): Promise<void> {
    return this.#terminal.stop();
  }

  async register(line: string): Promise<void> {
    await this.#type(line);
    if (this.#wire === 'plain') await this.#answer('(yes/no)', 'yes');
    await this.#answer('New password: ', PASSWORD);
    await this.#answer('The same again: ', PASSWORD);
    await this.#shown('* logged in as carol');
  }

  async logout(line: string): Promise<void> {
    await this.#type(line);
    await this.#shown('not logged in #lobby');
  }

  async login(line: string): Promise<void> {
    await this.#type(line);
    await this.#answer('Password of carol: ', PASSWORD);
    await this.#shown('* logged in as carol');
  }

  async wire(line: string): Promise<void> {
    await this.#type(line);
    this.#wire = line.slice('/wire '.length);
    await this.#shown(`: ${this.#wire} wire to localhost:`);
  }

  /** Ben is there, on tls, and reads it. */
  async tellBen(line: string): Promise<void> {
    const ben = this.#desk.start(['chat', '--wire', 'tls', '--name', 'ben', '--json']);
    await printed(ben, /"type":"joined"/);
    await this.#type(line);
    expect(await printed(ben, /"type":"message".*\n/)).toContain(line.slice('/msg ben '.length));
    await interrupted(ben);
  }

  /** Once the chat takes lines: while it connects, its prompt says that instead of a name. */
  async #type(line: string): Promise<void> {
    const ready = new RegExp(`(?<!connecting) #lobby ${this.#wire.replace('+', '\\+')} ›`);
    await this.#answer(ready, line);
  }

  async #answer(wanted: string | RegExp, line: string): Promise<void> {
    this.#place = await this.#terminal.answer(wanted, line, this.#place);
  }

  async #shown(wanted: string): Promise<void> {
    await this.#terminal.shown(wanted, this.#place);
  }
}
