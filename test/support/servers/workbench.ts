/** The whole workbench in this process, on free ports, with its log kept for the test to read. */
import pino from 'pino';
import { GUESTS_ONLY, type Policy } from '#chat/policy';
import type { DialOptions } from '#client/connect/dial';
import { DEFENCE } from '#runtime/defence/defence';
import { WIRE_NAMES, type WireName } from '#protocol/messages';
import { LOG_OPTIONS } from '../../../server/cli/log.ts';
import { type Workbench, type WorkbenchOptions, startWorkbench } from '../../../server/cli/workbench.ts';

export interface TestWorkbench extends Workbench {
  readonly log: readonly string[];
  readonly target: (wire: WireName) => DialOptions;
}

const ACCOUNTS: Policy = { ...GUESTS_ONLY, mode: 'optional', registration: true, passwordWires: WIRE_NAMES };

/** `host` is the address of the page. `more` replaces what the workbench is started with. */
export async function startTestWorkbench(
  data: string,
  host = '127.0.0.1',
  more: Partial<WorkbenchOptions> = {},
): Promise<TestWorkbench> {
  const log: string[] = [];
  const any = { host: '127.0.0.1', port: 0, named: true };
  const workbench = await startWorkbench({
    data,
    wires: Object.fromEntries(WIRE_NAMES.map((wire) => [wire, any])) as Record<WireName, typeof any>,
    web: { ...any, host },
    tap: false,
    policy: ACCOUNTS,
    defence: { ...DEFENCE, rates: undefined },
    log: pino({ level: 'debug', ...LOG_OPTIONS }, { write: (line: string) => void log.push(line) }),
    ...more,
  });
  const target = (wire: WireName): DialOptions => {
    const row = workbench.wires.find((candidate) => candidate.wire === wire);
    if (!row) throw new Error(`there is no ${wire} wire`);
    const { ca } = workbench.data.tls;
    return { wire, ...row.address, ca, keys: workbench.data.keys };
  };
  return { ...workbench, log, target };
}
