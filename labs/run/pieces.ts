/** The learner's pieces for a server: loaded from the workspace, and put in the places of ours. */
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { readFile } from 'node:fs/promises';
import { Script } from 'node:vm';
import type { WhosePiece } from '#dissect/page-stream';
import { evaluate } from '#judge/evaluate';
import type { Lesson } from '#judge/lesson';
import { lineFinder } from '#judge/lines';
import type { Pieces } from '#runtime/pieces';
import { LESSONS } from '../lessons.ts';
import { bundle } from '../runner/bundle.ts';
import { type ProgressFile, labProgress } from '../runner/progress.ts';
import type { Workspace } from '../runner/workspace.ts';
import { LearnersChat } from './chat.ts';
import type { LoadedPiece } from './fault.ts';
import { learnersDecoder } from './frames.ts';
import { learnersChannel } from './psk.ts';
import { learnersTls } from './tls.ts';
import { within } from './within.ts';

/** A part of the server that a lab writes. */
interface Slot {
  readonly lab: string;
  readonly piece: string;
  /** What it calls. The lab may have more exports, which the server does not need. */
  readonly exports: readonly string[];
  readonly plug: (piece: LoadedPiece) => Pieces;
}

const SLOTS: readonly Slot[] = [
  {
    lab: '01-frames',
    piece: 'frames',
    exports: ['createFrameDecoder'],
    plug: (piece) => ({ decoder: () => learnersDecoder(piece) }),
  },
  {
    lab: '02-plain-chat',
    piece: 'chat',
    exports: ['createChat'],
    plug: (piece) => {
      const chat = new LearnersChat(piece);
      return { host: () => chat };
    },
  },
  {
    lab: '06-replay',
    piece: 'psk',
    exports: ['createServerChannel'],
    plug: (piece) => ({ channel: { psk: (needs) => learnersChannel(piece, needs) } }),
  },
  {
    lab: '09-tls-chat',
    piece: 'tls',
    exports: ['createTlsListener'],
    plug: (piece) => ({
      transport: { tls: (identity, accept) => learnersTls(piece, identity, accept) },
    }),
  },
];

export interface PiecesRequest {
  readonly workspace: Workspace;
  readonly progress: ProgressFile;
  /** Also pieces whose checks have not all passed. */
  readonly unfinished: boolean;
  readonly tell: (line: string) => void;
  /** See `LoadedPiece`. */
  readonly run?: LoadedPiece['run'];
}

export interface PluggedPieces {
  readonly pieces: Pieces;
  readonly whose: readonly WhosePiece[];
}

/** Rejects when a file cannot be read as a program, or throws while it is loaded. */
export async function learnersPieces(request: PiecesRequest): Promise<PluggedPieces> {
  const known = await request.progress.read();
  let pieces: Pieces = {};
  const whose: WhosePiece[] = [];
  for (const slot of SLOTS) {
    const { lab, piece, plug } = slot;
    const lesson = LESSONS.find(({ name }) => name === lab);
    if (!lesson) continue;
    const file = request.workspace.fileOf(lesson);
    const isTheirs =
      file !== undefined && (request.unfinished || labProgress(known, lesson).passed !== undefined);
    if (isTheirs)
      pieces = { ...pieces, ...plug(await load({ ...slot, modules: lesson.modules }, file, request)) };
    whose.push({ piece, whose: isTheirs ? 'yours' : 'ours' });
  }
  return { pieces, whose };
}

/** `frames: yours · chat: ours` */
export function whoseText(whose: readonly WhosePiece[]): string {
  return whose.map((row) => `${row.piece}: ${row.whose}`).join(' · ');
}

async function load(
  { lab, piece, exports: wanted, modules }: Slot & Pick<Lesson, 'modules'>,
  file: string,
  { workspace, tell, run = within }: PiecesRequest,
): Promise<LoadedPiece> {
  const { code, map } = await bundle({ file, folder: workspace.folder, modules });
  const text = await readFile(file, 'utf8');
  const compile = (functionText: string, filename: string): unknown =>
    new Script(functionText, { filename }).runInThisContext();
  const exports = evaluate(code, compile, createRequire(import.meta.url)) as Record<string, unknown>;
  const missing = wanted.filter((each) => typeof exports[each] !== 'function');
  if (missing.length > 0)
    throw new Error(`${file} must export ${missing.join(', ')}; npx wireglass lab check ${lab} says more`);
  const lineOf = lineFinder({ file: basename(file), text, map });
  return { piece, exports, lineOf, run, tell };
}
