import type { PageEnd } from "./rows/read-rows.ts";

/** How far a source has been read; written in the transaction of what was read. Times in PostgreSQL's microseconds. */
export type Progress = {
  /** Days before this one are in the ledger (days since 1970); undefined when all of the past is. */
  readonly historyFrom?: number;
  /** The newest row that was read, or where the past ended. */
  readonly cursor: PageEnd;
  /** When the daily count was last done, UTC milliseconds. */
  readonly countedAt: number;
  /** Changes when the table is truncated. */
  readonly fileNode: string;
  /** Ids that had been read at a moment (UTC milliseconds), the oldest first: where the overlap begins. */
  readonly marks: readonly { readonly at: number; readonly id: string }[];
};

/** The progress as the ledger keeps it. */
export function progressText(progress: Progress): string {
  return JSON.stringify(progress);
}

/** What `progressText` wrote; undefined where it was written otherwise, and the past is read again. */
export function parseProgress(text: string | undefined): Progress | undefined {
  if (text === undefined) return undefined;
  try {
    const found: unknown = JSON.parse(text);
    return isProgress(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function isProgress(found: unknown): found is Progress {
  if (typeof found !== "object" || found === null) return false;
  const { cursor, countedAt, fileNode, marks } = found as Partial<Record<keyof Progress, unknown>>; // Ours, but read back.
  const isCursor = typeof cursor === "object" && cursor !== null && "micros" in cursor && "id" in cursor;
  return isCursor && typeof countedAt === "number" && typeof fileNode === "string" && Array.isArray(marks);
}
