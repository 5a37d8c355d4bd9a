import type { LedgerReader } from "../../ledger/reader.ts";
import type { Caller, Reply } from "../../query/spend/reply.ts";
import { dayOf } from "../../query/spend/utc-day.ts";
import { createPromisedKeep } from "../answers/promised-keep.ts";
import type { Route } from "./declaration.ts";
import { type WrittenReply, writtenReply } from "./send.ts";

/** How long names that LiteLLM may change at any time are taken as known. */
const NAMES_KEPT_MS = 5000;
const MOST_REPLIES = 500;
const MOST_BYTES = 8_000_000;

/** Gives a reply again while nothing that it was made of can have changed. */
export type KeptReplies = (
  question: { readonly route: Route; readonly query: unknown; readonly caller: Caller },
  sources: { readonly ledger: LedgerReader; readonly now: () => number },
  make: () => Promise<Reply>,
) => Promise<Reply | WrittenReply>;

/**
 * Keeps the values of routes that say how long theirs hold, of one ledger. Texts that are streamed are made anew each
 * time.
 */
export function createKeptReplies(): KeptReplies {
  const keep = createPromisedKeep<WrittenReply | undefined>({
    mostValues: MOST_REPLIES,
    mostSize: MOST_BYTES,
    sizeOf: (reply) => reply?.body.bytes.length ?? 0,
  });
  return async ({ route, query, caller }, { ledger, now }, make) => {
    if (route.holds === undefined) return make();
    const version = `${await ledger.version()} ${dayOf(now())}`;
    const period = route.holds === "names" ? Math.floor(now() / NAMES_KEPT_MS) : 0;
    let own: Reply | undefined;
    const kept = await keep(version, JSON.stringify([route.path, period, caller, query]), async () => {
      own = await make();
      return own.kind === "value" ? writtenReply(own) : undefined;
    });
    return kept ?? own ?? make();
  };
}
