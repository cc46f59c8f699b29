/** Runs the workbench in this process until a signal stops it. */
import type { Defence } from '#runtime/defence/defence';
import { SOUND_SUITES, type Suite, WEAK_SUITES } from '#channel/psk/suites';
import { isThisMachine } from '#data-folder/this-machine';
import { WIRE_NAMES, type WireName, isProtected, needsKeys } from '#protocol/wires';
import type { Policy } from '#chat/policy';
import { counted } from '#protocol/shown';
import type { Recorder } from '#tap/recorder';
import { LogRing } from '#web/console/log-ring';
import { configFile } from './config/file.ts';
import { type Given, type Loaded, loadSettings } from './config/load.ts';
import { type Key, type Settings, portKey } from './config/settings.ts';
import { collectEarly } from './heap.ts';
import { Lines } from './lines.ts';
import { createLog } from './log.ts';
import type { WantedPort } from './ports.ts';
import { readyLine, readyText } from './report.ts';
import { stopSignal } from './stop-signal.ts';
import { type LearnerPieces, startWorkbench } from './workbench.ts';

/** Flags that are not settings. */
export interface ServeFlags {
  readonly config?: string;
  readonly json: boolean;
  readonly logTraffic: boolean;
  readonly showSecrets: boolean;
  /** Run for a class on the network. */
  readonly classroom?: boolean;
}

const EVERY_ADDRESS = '0.0.0.0';
/** Milliseconds in which the last lines must be read before the program ends without them. */
const FLUSH_MS = 1_000;

/** `flags` are the settings on the command line. Rejects when a setting is wrong or the workbench cannot start. */
export async function run(
  { config, json, logTraffic: showsTraffic, showSecrets, classroom = false }: ServeFlags,
  flags: Given['flags'],
  learner?: LearnerPieces,
): Promise<void> {
  const file = await configFile(config);
  const loaded = loadSettings({ file, environment: process.env, flags });
  const { settings, sources } = classroom ? forClass(loaded) : loaded;
  checkTogether(settings, { logTraffic: showsTraffic, showSecrets, classroom });
  const stop = stopSignal();
  const logRing = new LogRing();
  const { log, flushed } = createLog(settings.log, logRing);
  const workbench = await startWorkbench({
    data: settings.data,
    ...portsOf({ settings, sources }),
    tap: settings.tap,
    policy: policyOf(settings),
    defence: defenceOf(settings),
    suites: suitesOf(settings),
    classroom,
    weakSuitesOnLan: settings['psk.weak-suites-on-lan'],
    pieces: learner,
    log,
    logRing,
  });
  collectEarly();
  const { recorder } = workbench;
  const out = new Lines(
    process.stdout,
    (dropped) => `(${counted(dropped, 'line')} dropped: not read in time)`,
  );
  const endTraffic = await trafficTo(showsTraffic ? recorder : undefined, out, { showSecrets });
  console.log(json ? readyLine(workbench, settings.tap) : await readyText(workbench, settings.tap));
  await stop;
  console.error('\nTelling the clients and storing their last messages. Press Ctrl-C again to stop at once.');
  const flaw = await workbench.close().then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  endTraffic?.();
  if (flaw) console.error(`wireglass: stopped, but not everything could be closed: ${flaw.message}`);
  await Promise.all([out.flushed(FLUSH_MS), flushed(FLUSH_MS)]);
  // After everything has closed, Node may wait forever for a request of a TLS socket whose peer left first.
  process.exit(flaw ? 1 : 0);
}

/** Throws if one of them needs another that is missing. */
function checkTogether(
  { tap }: Settings,
  { logTraffic, showSecrets, classroom }: Pick<ServeFlags, 'logTraffic' | 'showSecrets' | 'classroom'>,
): void {
  if (logTraffic && !tap) throw withoutTap('--log-traffic');
  if (classroom && !tap) throw withoutTap('a class');
  if (showSecrets && !logTraffic)
    throw new Error(
      '--show-secrets changes what --log-traffic prints: it cannot be used without that option',
    );
}

function withoutTap(what: string): Error {
  return new Error(`${what} shows what the taps record: it cannot be used with --no-tap`);
}

/** Prints what the taps record, until the returned function is called. */
async function trafficTo(
  recorder: Recorder | undefined,
  out: Lines,
  options: { readonly showSecrets: boolean },
): Promise<(() => void) | undefined> {
  if (!recorder) return undefined;
  // Loaded on demand, because the dissection takes megabytes.
  const { logTraffic } = await import('./traffic.ts');
  return logTraffic(recorder, (line) => out.write(line), options);
}

/** A class comes from other devices: without a choice, every address of this machine is open to them. */
function forClass({ settings, sources }: Loaded): Loaded {
  const chosen = { ...settings };
  if (sources.host === 'default') chosen.host = EVERY_ADDRESS;
  // Whoever is in the class comes in with the join code: through the page, or with a key of the class.
  if (sources['accounts.guests-on-lan'] === 'default') chosen['accounts.guests-on-lan'] = false;
  if (sources['accounts.registration'] === 'default') chosen['accounts.registration'] = false;
  return { settings: chosen, sources };
}

function portsOf({ settings, sources }: Loaded): {
  readonly wires: Record<WireName, WantedPort>;
  readonly web: WantedPort;
} {
  // A port that was chosen, in whatever place, is not replaced by another.
  const wanted = (key: Key & `ports.${string}`): WantedPort => ({
    host: settings.host,
    port: settings[key],
    named: sources[key] !== 'default',
  });
  const wires = Object.fromEntries(WIRE_NAMES.map((wire) => [wire, wanted(portKey(wire))]));
  return { wires: wires as Record<WireName, WantedPort>, web: wanted('ports.web') };
}

export function policyOf(settings: Settings): Policy {
  const everywhere = settings['accounts.plain-passwords'];
  return {
    mode: settings['accounts.mode'],
    registration: settings['accounts.registration'],
    passwordWires: WIRE_NAMES.filter((wire) => everywhere || isProtected(wire)),
    guests: settings['accounts.guests-on-lan']
      ? undefined
      : { wires: WIRE_NAMES.filter((wire) => needsKeys(wire, 'shared')), isHere: isThisMachine },
  };
}

/** Throws when weak suites may be reached by others, but there are none. */
export function suitesOf(settings: Settings): readonly Suite[] {
  const asked = WEAK_SUITES.filter(({ name }) => settings['psk.weak-suites'].includes(name));
  if (asked.length === 0 && settings['psk.weak-suites-on-lan'])
    throw new Error(
      '--weak-suites-on-lan (psk.weak-suites-on-lan) lets others reach the suites of --weak-suites: it cannot be used without that option',
    );
  return [...SOUND_SUITES, ...asked];
}

export function defenceOf(settings: Settings): Defence {
  return {
    handshakeTimeout: settings['limits.handshake-timeout'] * 1_000,
    joinTimeout: settings['limits.join-timeout'] * 1_000,
    frameTimeout: settings['limits.frame-timeout'] * 1_000,
    idleTimeout: settings['limits.idle-timeout'] * 1_000,
    connections: settings['limits.connections'],
    connectionsPerAddress: settings['limits.connections-per-address'],
    rates: {
      say: { burst: settings['rates.say.burst'], perSecond: settings['rates.say.per-second'] },
      ask: { burst: settings['rates.ask.burst'], perSecond: settings['rates.ask.per-second'] },
      look: { burst: settings['rates.look.burst'], perSecond: settings['rates.look.per-second'] },
      sign: { burst: settings['rates.sign.burst'], perSecond: settings['rates.sign.per-second'] },
    },
  };
}
