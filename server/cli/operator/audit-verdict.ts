/** Whether the audit log is whole, in words. */
import type { Store } from '#store/store';
import type { Verdict } from '#web/operator/answers';

type Finding = Awaited<ReturnType<Store['judgeAudit']>>;

export interface Judged {
  readonly finding: Finding;
  readonly verdict: Verdict;
}

/** `noted`: hashes of entries that somebody noted. */
export async function judgeAudit(
  store: Pick<Store, 'judgeAudit' | 'auditPage'>,
  noted: readonly string[],
): Promise<Judged> {
  const finding = await store.judgeAudit(noted);
  const { entries } = await store.auditPage({ limit: 1 });
  const last = entries.at(-1);
  const flaws = flawsOf(finding);
  return { finding, verdict: { flaws, ...(last && { last: { id: last.id, hash: last.hash } }) } };
}

function flawsOf({ broken, missing, unknown }: Finding): string[] {
  return [
    ...(broken === undefined
      ? []
      : [`the audit log was changed: entry ${broken} does not follow from the one before it`]),
    ...missing.map(
      ({ first, last }) =>
        `entries ${first} to ${last} are missing: they are neither in the database nor in a file audit-….jsonl ` +
        `next to it; if you have moved the files away, give the noted hash of entry ${last} with --expect`,
    ),
    ...unknown.map(
      (hash) => `no entry has the noted hash ${hash}: the log was rewritten, or it is another one`,
    ),
  ];
}
