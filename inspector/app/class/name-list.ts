/** The list of those who are expected: how it is read from a file, sent, and what the server says of it. */
import { CLASS_CAPS, type Expected, type LineProblem, type NameListRefusal } from '#dissect/page-class';
import { dashed } from '#protocol/names';
import { postApi } from '../../ui/ask-api.ts';
import { noteRefusal } from '../../ui/refusals.ts';

export interface ListFaults {
  readonly message: string;
  readonly problems: readonly LineProblem[];
}

/** Names of those who have not come in yet, in the order of the list. */
export function awaited(expected: readonly Expected[]): string[] {
  return expected.filter(({ came }) => !came).map(({ name }) => name);
}

/** A text without spaces inside its first columns: `Ada Lovelace, 7b` becomes `Ada-Lovelace, 7b`. */
export function withDashes(text: string): string {
  return text.replaceAll(/^[^,;\t\r\n]+/gm, dashed);
}

/** What is in a file: UTF-8, or else what older spreadsheets write. Undefined if it is too long for a list. */
export async function textOf(file: Blob): Promise<string | undefined> {
  if (file.size > CLASS_CAPS.nameList) return undefined;
  const bytes = await file.arrayBuffer();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Puts the names of a text in place of those on the list. Resolves with what is wrong with it, if anything. */
export async function sendList(text: string): Promise<ListFaults | undefined> {
  const response = await postApi('/api/class/expected', { text });
  if (!response) return { message: 'The server is not answering.', problems: [] };
  if (response.ok) return undefined;
  const refusal = (await response.json().catch(() => ({}))) as Partial<NameListRefusal>;
  noteRefusal(refusal.code);
  const { message = `The server answered ${response.status}.`, problems = [] } = refusal;
  return { message, problems };
}
