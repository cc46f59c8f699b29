/** The script of a conversation: who says what, one line each. */
import { CLASS_CAPS } from '#dissect/page-class';
import type { ScriptLine } from '#dissect/page-conversation';
import { cleanName } from '#protocol/names';
import { counted } from '#protocol/shown';

/** A sentence about the first line that is wrong, or about the script as a whole. */
export interface ScriptProblem {
  readonly problem: string;
}

export function readScript(script: string): readonly ScriptLine[] | ScriptProblem {
  const lines: ScriptLine[] = [];
  for (const [index, row] of script.split('\n').entries()) {
    if (row.trim() === '') continue;
    const line = readLine(row);
    if ('problem' in line) return { problem: `line ${index + 1}: ${line.problem}` };
    lines.push(line);
  }
  const speakers = new Set(lines.map(({ who }) => who)).size;
  if (lines.length === 0) return { problem: 'there is no line in it' };
  if (lines.length > CLASS_CAPS.scriptLines)
    return { problem: `it has ${lines.length} lines, and may have ${CLASS_CAPS.scriptLines}` };
  if (speakers > CLASS_CAPS.speakers)
    return { problem: `it has ${counted(speakers, 'speaker')}, and may have ${CLASS_CAPS.speakers}` };
  return lines;
}

function readLine(row: string): ScriptLine | ScriptProblem {
  const colon = row.indexOf(':');
  const [typed, text] = [row.slice(0, Math.max(0, colon)).trim(), row.slice(colon + 1).trim()];
  const who = cleanName(typed)?.toLowerCase();
  if (colon < 0 || text === '') return { problem: 'a line is a name, a colon and what is said' };
  if (who === undefined || [...who].length > CLASS_CAPS.speaker)
    return { problem: `${JSON.stringify(typed)} is no name of at most ${CLASS_CAPS.speaker} characters` };
  return { who, text };
}
