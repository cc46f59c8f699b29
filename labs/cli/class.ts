/** `wireglass lab join` and `leave`: whether a class is told how the learner's checks end. */
import { createInterface } from 'node:readline/promises';
import { text as readAll } from 'node:stream/consumers';
import pc from 'picocolors';
import { messageOf } from '#certs/file-errors';
import type { CheckOutcome } from '#dissect/page-labs';
import type { Lesson } from '#judge/lesson';
import type { Verdict } from '#judge/verdict';
import { labProgress } from '../runner/progress.ts';
import { tell, whoIs } from '../runner/class-link.ts';
import { type LabContext, print } from './context.ts';

interface Judged {
  readonly lesson: Lesson;
  readonly verdict: Verdict;
}

export async function join(address: string, context: LabContext): Promise<void> {
  const link = { server: originOf(address), code: await askCode() };
  const { name, title } = await whoIs(link);
  await context.classLink.write(link);
  print(
    context,
    `You are ${name} in “${title}”. lab check, watch and hint now tell the class which checks pass and how many hints you have seen, and nothing of your files. npx wireglass lab leave ends that.`,
    { joined: true, name, title, server: link.server },
  );
}

export async function leave(context: LabContext): Promise<void> {
  const link = await context.classLink.read().catch(() => undefined);
  await context.classLink.forget();
  const was = link ? `The class at ${link.server} is told nothing more.` : 'No class was joined.';
  print(context, was, { joined: false });
}

/** Tells the class how each lab's checks ended. The learner goes on in any case: a class that is away is a line of text. */
export async function tellChecks(checked: readonly Judged[], context: LabContext): Promise<void> {
  for (const { lesson, verdict } of checked)
    await tellClass(
      lesson,
      verdict.results.map(({ id, state }) => ({ id, state })),
      context,
    );
}

/** Without checks: tells how many hints were shown. */
export async function tellClass(
  lesson: Lesson,
  checks: readonly CheckOutcome[],
  context: LabContext,
): Promise<void> {
  try {
    const link = await context.classLink.read();
    if (!link) return;
    const { hints } = labProgress(await context.progress.read(), lesson);
    await tell(link, { lab: lesson.name, checks, hints });
  } catch (error) {
    console.error(pc.yellow(`The class was not told: ${messageOf(error)}.`));
  }
}

function originOf(address: string): string {
  const text = /^https?:\/\//.test(address) ? address : `http://${address}`;
  if (!URL.canParse(text))
    throw new Error(`${address} is no address; type the one that the class shows, as http://192.0.2.7:8080`);
  return new URL(text).origin;
}

/** From standard input where nobody sits at it. It is not taken as an argument: others could see it there. */
async function askCode(): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll(process.stdin)).trim();
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question('Code for your terminal, as your page shows it in the view Class: ');
  terminal.close();
  return typed.trim();
}
