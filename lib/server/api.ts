import type { Database } from "bun:sqlite";
import type { Zone } from "../aggregator/zone.ts";
import type { MetricNames } from "../litellm/reading.ts";

/** What the scrape loop of this process knows; read anew for each answer. */
export type LiveState = {
  /** The store that answers come from. */
  readonly db: Database;
  readonly isInMemory: boolean;
  /** Why the last scrape or its booking failed; undefined while all is well. */
  readonly error: string | undefined;
  /** Whether this process has had a good page. */
  readonly hasScraped: boolean;
  /** Sums of every sample name of the newest good page. */
  readonly rawSums: ReadonlyMap<string, number>;
  /** Counts the changes of everything above. */
  readonly revision: number;
};

/** What the API is built from. Everything in it comes from the caller. */
export type ApiDeps = {
  readonly live: () => LiveState;
  readonly now: () => number;
  readonly zone: Zone;
  /** The configured URL, and the same as it may be shown. */
  readonly url: string;
  readonly source: string;
  readonly names: MetricNames;
  readonly historySize: number;
  readonly intervalMs: number;
  readonly apiKey: string | undefined;
  /** Whether the server listens on a loopback address only. */
  readonly isLoopbackOnly: boolean;
  /** Called for an error that no route expected; the client gets a plain 500. */
  readonly onBug: (error: unknown) => void;
};
