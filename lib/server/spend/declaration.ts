import type * as v from "valibot";
import type { LiteLLMDatabase } from "../../ledger/litellm/database.ts";
import type { LedgerReader } from "../../ledger/reader.ts";
import type { SpendCalculation } from "../../prices/spend-calculate.ts";
import type { ProviderBudget } from "../../query/spend/budgets.ts";
import type { Caller, Reply } from "../../query/spend/reply.ts";

/** What the spend API answers from. */
export type SpendSources = {
  readonly ledger: LedgerReader;
  /** LiteLLM's own tables; undefined where no database is configured. */
  readonly litellm: LiteLLMDatabase | undefined;
  readonly now: () => number;
  /** LiteLLM's own budget over everything in USD, 0 where it is not known. */
  readonly maxBudget: number;
  readonly budgets: readonly ProviderBudget[];
  /** Asks for a run of the ledger's source; undefined where it has none that is followed. */
  readonly refresh: (() => void) | undefined;
};

/** What a route is asked with: checked parameters and body, and who asks. */
type Asked<Query, Body> = {
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
};

/** A schema of an object with the parameters of a query string, or of a JSON body. */
export type InputSchema = v.GenericSchema<unknown, unknown>;

/** What is there without a ledger. */
export type LoneSources = {
  /** What a request costs, by the body of `POST /spend/calculate`. */
  readonly calculate: (body: unknown) => Promise<SpendCalculation>;
};

/** One route, declared once: validation, the OpenAPI document and the table of routes come from this. */
export type Route = RouteFacts & (LedgerReply | LoneReply);

type LedgerReply = {
  readonly isLone?: never;
  reply(asked: Asked<unknown, unknown>, sources: SpendSources): Reply | Promise<Reply>;
};

/** The reply of a route that works by itself, where there is no ledger, too. */
type LoneReply = {
  readonly isLone: true;
  reply(asked: Asked<unknown, unknown>, sources: LoneSources): Reply | Promise<Reply>;
};

type RouteFacts = {
  readonly method: "GET" | "POST";
  /** As OpenAPI writes it: `/spend/logs/ui/{request_id}`. */
  readonly path: string;
  /** One line. */
  readonly summary: string;
  /** What an internal user gets: their own requests, the same as an admin, or 403. */
  readonly access: "own" | "everyone" | "admin";
  /**
   * How long an answer holds: until the ledger or the day changes; with `names` for seconds, as LiteLLM may change what
   * keys and teams are called. Left out where it is made anew each time.
   */
  readonly holds?: "ledger" | "names";
  readonly query: InputSchema;
  readonly body: InputSchema;
  readonly answer: v.GenericSchema;
};

/** Declares a route; what `reply` gets is what the schemas give. */
export function declareRoute<const Query extends InputSchema, const Body extends InputSchema>(
  route: Declared<Query, Body, SpendSources>,
): Route {
  // The server hands on only what these very schemas gave.
  return route as unknown as Route;
}

/** Declares a route that works by itself. */
export function declareLoneRoute<const Query extends InputSchema, const Body extends InputSchema>(
  route: Declared<Query, Body, LoneSources>,
): Route {
  // As above.
  return { ...route, isLone: true } as unknown as Route;
}

type Declared<Query extends InputSchema, Body extends InputSchema, Sources> = Omit<RouteFacts, "query" | "body"> & {
  readonly query: Query;
  readonly body: Body;
  reply(asked: Asked<v.InferOutput<Query>, v.InferOutput<Body>>, sources: Sources): Reply | Promise<Reply>;
};
