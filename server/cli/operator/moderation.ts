/** `wireglass kick`, `mute`, `unmute`, `ban`, `unban`: what a moderator can do in the chat, from the server's machine. */
import { type Command, InvalidArgumentError } from 'commander';
import { type DataFlags, withDataOptions } from './flags.ts';
import { parseSpan } from './format.ts';
import { operate } from './operate.ts';

interface Flags extends DataFlags {
  readonly reason?: string;
  readonly room?: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly address?: string;
}

export function register(program: Command): void {
  withDataOptions(program.command('kick <name>'))
    .description('kick a member off the server, or out of a room; the member may come back')
    .option('--reason <text>', 'what the member is told')
    .option('--room <room>', 'kick the member out of this room only')
    .action((name: string, { reason, room, ...flags }: Flags) =>
      operate(flags, { type: 'kick', name, reason, room }),
    );
  withDataOptions(program.command('mute <name>'))
    .description('let a member read but not speak for a time')
    .requiredOption('--for <span>', 'how long: 90s, 15min, 12h, 7d', span)
    .option('--reason <text>', 'what the member is told')
    .option('--room <room>', 'only in this room')
    .action((name: string, { reason, room, for: time, ...flags }: Flags) =>
      operate(flags, { type: 'mute', name, reason, room, seconds: seconds(time) }),
    );
  withDataOptions(program.command('unmute <name>'))
    .description('let a muted member speak again')
    .option('--room <room>', 'only in this room')
    .action((name: string, { room, ...flags }: Flags) => operate(flags, { type: 'unmute', name, room }));
  withDataOptions(program.command('ban [name]'))
    .description('keep an account, a guest’s name or an address out')
    .option('--address <range>', 'an IP address, or a range of them as address/bits')
    .option('--for <span>', 'how long: 90s, 15min, 12h, 7d (default: until it is lifted)', span)
    .option('--reason <text>', 'what the banned member is told')
    .action((name: string | undefined, { reason, address, for: time, ...flags }: Flags) =>
      operate(flags, { type: 'ban', name, address, reason, seconds: seconds(time) }),
    );
  withDataOptions(program.command('unban [name]'))
    .description('lift a ban')
    .option('--address <range>', 'the address or range that was banned')
    .action((name: string | undefined, { address, ...flags }: Flags) =>
      operate(flags, { type: 'unban', name, address }),
    );
}

function span(text: string): number {
  const ms = parseSpan(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a time like 90s, 15min, 12h or 7d.');
  return ms;
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.ceil(ms / 1_000);
}
