import type { ResolvedConfig } from "../../config/resolve.ts";
import type { SourceLook } from "../../ledger/sync/table/look.ts";
import type { Reading } from "../../litellm/reading.ts";
import type { Page } from "../../parser/page.ts";
import type { ScrapeFailure } from "../../scrape/failure.ts";
import type { OpenResult } from "../../store/open/database.ts";
import type { Mount } from "./mounts.ts";

/** Everything that the checks judge, found out once. Nothing in it was written anywhere. */
export type Facts = {
  readonly resolved: ResolvedConfig;
  /** UTC milliseconds. */
  readonly now: number;
  /** IANA name of the machine's own time zone. */
  readonly hostZone: string;
  readonly page: PageFacts;
  readonly database: DatabaseFacts;
  readonly server: ServerFacts;
  readonly ledger: LedgerFacts;
};

/** One good page; the clocks are LiteLLM's `Date` and ours when the head came. */
export type PageRead = {
  readonly page: Page;
  readonly reading: Reading;
  readonly dateAt: number | undefined;
  readonly readAt: number;
};

/** What came of asking LiteLLM. */
export type PageFacts =
  /** The settings do not allow it. */
  | { readonly kind: "not_asked"; readonly message: string }
  /** The settings name a source of request logs only. */
  | { readonly kind: "not_scraped" }
  /** `withoutKey`: what the same question came to without the key, asked where the key got no answer. */
  | { readonly kind: "failed"; readonly failure: ScrapeFailure; readonly withoutKey: ScrapeFailure | undefined }
  /** At least one page, in the order in which they came. */
  | { readonly kind: "read"; readonly source: string; readonly reads: readonly PageRead[] };

/** A database file that lies where one is often found. */
export type OtherDatabase = { readonly path: string; readonly bytes: number; readonly writtenAt: number };

/** A process that has the database open. */
export type Holder = { readonly pid: number; readonly name: string };

/** The configured database and the place where it lies. */
export type DatabaseFacts = {
  /** Absolute. */
  readonly path: string;
  readonly opened:
    | {
        readonly kind: "open";
        readonly bytes: number;
        readonly newestPageAt: number | undefined;
        /** What is wrong with LiteLLM's pages although they are good. */
        readonly notes: readonly string[];
      }
    /** `isThere`: whether there is a file at the path. */
    | { readonly kind: "failed"; readonly isThere: boolean; readonly failure: StoreFailure };
  /** The file's folder, or what is there of the way to it. */
  readonly folder: {
    readonly path: string;
    readonly isFolder: boolean;
    readonly isWritable: boolean;
    /** Whether the file itself may be written; undefined where there is none. */
    readonly isFileWritable: boolean | undefined;
    /** Bytes that this user may still write; undefined where the system does not say. */
    readonly freeBytes: number | undefined;
  };
  /** Where the folder is mounted from; undefined where the system does not say. */
  readonly mount: Mount | undefined;
  readonly holders: readonly Holder[];
  readonly others: readonly OtherDatabase[];
};

type StoreFailure = Extract<OpenResult, { kind: "failed" }>["failure"];

/** What answers at the address on which `serve` would listen. */
export type ServerFacts =
  | { readonly kind: "nothing" | "stranger"; readonly url: string }
  | { readonly kind: "ours"; readonly url: string; readonly status: string; readonly reason: string | undefined }
  /** Port 0: any free one. */
  | { readonly kind: "any" };

/** The spend ledger and what feeds it. */
export type LedgerFacts = {
  /** Undefined where none is set. */
  readonly source: SourceLook | undefined;
  readonly opened: /** UTC milliseconds of the newest fold; undefined before the first. */
    | { readonly kind: "open"; readonly place: string; readonly foldedAt: number | undefined }
    | { readonly kind: "failed"; readonly reason: string; readonly message: string };
};
