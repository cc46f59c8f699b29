/** `wireglass capture`: writes what the taps of a running workbench hold to a file that Wireshark can read. */
import { type Command, InvalidArgumentError } from 'commander';
import { readAddresses } from '#data-folder/addresses';
import { DEFAULT_DATA } from '#data-folder/paths';
import { readCapture } from '#dissect/capture/read';
import { downloadCapture } from './download.ts';
import { counted, printable } from '#protocol/shown';
import { type OutputFile, beginFile } from './output-file.ts';
import { findToken } from './token.ts';

const DEFAULT_WEB = 'http://127.0.0.1:8080';
const MAX_SECONDS = 3600;
const STANDARD_OUTPUT = '-';

interface CaptureOptions {
  readonly out: string;
  readonly web?: URL;
  readonly seconds: number;
  readonly data: string;
  readonly keys: boolean;
  readonly force: boolean;
}

export function register(program: Command): void {
  program
    .command('capture')
    .description('write what the taps have recorded as pcapng, with the keys that open it, for Wireshark')
    .requiredOption('-o, --out <file>', 'file to write; - for standard output')
    .option(
      '--web <url>',
      `address of the page, or the whole link with its token (default: that of the server running on the data folder, else ${DEFAULT_WEB})`,
      webAddress,
    )
    .option('--seconds <n>', 'first go on recording for this long', seconds, 0)
    .option(
      '--data <dir>',
      'data folder of a server on this machine, for its address and token',
      DEFAULT_DATA,
    )
    .option('--no-keys', 'leave the secrets out, as an eavesdropper would record it')
    .option('--force', 'replace an existing file', false)
    .addHelpText('after', '\nThe token may also be given in the environment variable WIREGLASS_TOKEN.')
    .action(capture);
}

async function capture(options: CaptureOptions): Promise<void> {
  const { data, out, force } = options;
  if (out === STANDARD_OUTPUT && process.stdout.isTTY) {
    throw new Error('a capture is not text for a terminal; redirect the output, or name a file with --out');
  }
  const web = options.web ?? new URL((await readAddresses(data))?.web ?? DEFAULT_WEB);
  const token = await findToken(web, data, process.env);
  const file = out === STANDARD_OUTPUT ? standardOutput() : await beginFile(out, force);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const bytes = await recorded({ ...options, web }, token, stop.signal);
    const summary = summarise(bytes, out);
    await file.finish(bytes);
    process.stderr.write(`${summary}\n`);
  } catch (error) {
    await file.discard();
    throw error;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function recorded(
  { web, seconds: duration, keys }: CaptureOptions & { readonly web: URL },
  token: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  let stopProgress = (): void => undefined;
  try {
    const onBegin = (): void => {
      stopProgress = showProgress(duration);
    };
    return await downloadCapture({ web, token, seconds: duration, keys, signal, onBegin });
  } finally {
    stopProgress();
  }
}

/** Counts down on a terminal. Returns a function that clears the line. */
function showProgress(duration: number): () => void {
  const terminal = process.stderr;
  if (!terminal.isTTY || duration === 0) return () => undefined;
  const end = Date.now() + duration * 1000;
  const show = (): void => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    terminal.write(`\r\x1b[Krecording, ${left} s left (Ctrl-C stops and writes nothing)`);
  };
  show();
  const timer = setInterval(show, 1000);
  return () => {
    clearInterval(timer);
    terminal.write('\r\x1b[K');
  };
}

function summarise(bytes: Uint8Array, out: string): string {
  const { events, packets } = readCapture(bytes);
  const flows = events.filter(({ kind }) => kind === 'flow').length;
  const secrets = events.filter(({ kind }) => kind === 'secret').length;
  const traffic = events.reduce((sum, event) => sum + (event.kind === 'chunk' ? event.bytes.length : 0), 0);
  const where = out === STANDARD_OUTPUT ? 'standard output' : out;
  const figures = [
    counted(packets, 'packet'),
    counted(flows, 'flow'),
    `${counted(traffic, 'byte')} of traffic`,
    counted(secrets, 'secret'),
  ];
  return `${printable(where)}: ${figures.join(', ')} (${counted(bytes.length, 'byte')} in all)`;
}

function standardOutput(): OutputFile {
  return {
    finish: (bytes) =>
      new Promise((resolve, reject) => {
        process.stdout.once('error', reject);
        process.stdout.write(bytes, () => resolve());
      }),
    discard: () => Promise.resolve(),
  };
}

function webAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new InvalidArgumentError('The page has an address like http://127.0.0.1:8080.');
}

function seconds(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= MAX_SECONDS) return number;
  throw new InvalidArgumentError(`Seconds are a whole number from 0 to ${MAX_SECONDS}.`);
}
