import type { Database } from "bun:sqlite";
import type { Hono } from "hono";
import type { Sql } from "postgres";
import { foldBatch } from "../../lib/ledger/fold/fold-batch.ts";
import { createLiteLLMDatabase, type LiteLLMDatabase } from "../../lib/ledger/litellm/database.ts";
import { parseAddress } from "../../lib/ledger/postgres/address.ts";
import { openClient } from "../../lib/ledger/postgres/client.ts";
import { createPrices } from "../../lib/prices/prices.ts";
import { loadSnapshot } from "../../lib/prices/snapshot.ts";
import type { ProviderBudget } from "../../lib/query/spend/budgets.ts";
import { createSpendApi } from "../../lib/server/spend/api.ts";
import { createCalculate } from "../../lib/server/spend/calculate.ts";
import { batchOf, openTestLedger, readerOf, type TestRecord } from "./ledger.ts";
import { copyToPostgres } from "./ledger-copy.ts";
import { openDatabase, type TestDatabase } from "./postgres.ts";

/** A row of `LiteLLM_SpendLogs` as the fixtures hold it. */
export type LogRow = {
  readonly request_id: string;
  readonly call_type: string;
  readonly api_key: string;
  readonly spend: number;
  readonly total_tokens: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly startTime: string;
  readonly endTime: string;
  readonly request_duration_ms: number | null;
  readonly completionStartTime: string | null;
  readonly model: string;
  readonly model_id: string | null;
  readonly model_group: string | null;
  readonly custom_llm_provider: string | null;
  readonly api_base: string | null;
  readonly user: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly cache_hit: string | null;
  readonly cache_key: string | null;
  readonly request_tags: readonly string[] | null;
  readonly team_id: string | null;
  readonly end_user: string | null;
  readonly requester_ip_address: string | null;
  readonly session_id: string | null;
  readonly status: string | null;
  readonly organization_id: string | null;
};

/** The people of the fixtures. */
export type People = {
  readonly keys: readonly {
    readonly key: string;
    readonly token: string;
    readonly key_name: string;
    readonly key_alias: string | null;
    readonly user_id: string | null;
    readonly team_id: string | null;
    readonly blocked: boolean | null;
    readonly expires: string | null;
    readonly spend?: number;
  }[];
  readonly users: readonly {
    readonly user_id: string;
    readonly user_alias: string | null;
    readonly user_email: string | null;
    readonly user_role: string | null;
    readonly spend: number;
  }[];
  readonly teams: readonly {
    readonly team_id: string;
    readonly team_alias: string | null;
    readonly members_with_roles: readonly { readonly user_id: string; readonly role: string }[];
  }[];
  readonly error_logs: readonly {
    readonly request_id: string;
    readonly startTime: string;
    readonly api_base: string;
    readonly model_group: string;
    readonly status_code: string;
  }[];
};

/** Where a ledger may lie. */
export const LEDGER_HOMES = ["sqlite", "postgres"] as const;
type LedgerHome = (typeof LEDGER_HOMES)[number];

/** The spend API over a ledger and a real LiteLLM database that hold the same rows. */
export type SpendWorld = AsyncDisposable & {
  readonly db: Database;
  readonly litellm: LiteLLMDatabase;
  readonly postgres: TestDatabase;
  readonly api: Hono;
  ask(
    method: string,
    path: string,
    options?: {
      readonly key?: string | undefined;
      readonly query?: Readonly<Record<string, unknown>>;
      readonly body?: unknown;
    },
  ): Promise<Response>;
  /** Moves the clock. */
  advance(ms: number): void;
  /** Milliseconds that failed attempts were made to wait. */
  readonly waits: readonly number[];
};

/** Makes such a world at a moment. */
export async function openSpendWorld(
  rows: readonly LogRow[],
  people: People,
  wish: {
    readonly now: number;
    /** Where the ledger lies: in a file, or in LiteLLM's own database. */
    readonly ledgerIn?: LedgerHome;
    readonly budgets?: readonly ProviderBudget[];
    readonly refresh?: () => void;
  },
): Promise<SpendWorld> {
  const postgres = await openDatabase({ schema: "schema.sql", isForPeople: true });
  await postgres.sql.unsafe(ERROR_LOGS);
  await fillDatabase(postgres.sql, rows, people);
  const ledger = openTestLedger();
  await foldBatch(ledger, batchOf(rows.map(recordOf)), { now: wish.now, source: "test" });
  const reader = wish.ledgerIn === "postgres" ? await copyToPostgres(ledger.db, postgres) : readerOf(ledger);
  const address = parseAddress(postgres.url);
  if (address === undefined) throw new Error(`No address: ${postgres.url}`);
  const client = openClient(address);
  let now = wish.now;
  const litellm = createLiteLLMDatabase(client, () => now);
  const waits: number[] = [];
  const api = createSpendApi({
    version: "0",
    sources: async () => ({
      ledger: reader,
      litellm,
      now: () => now,
      maxBudget: 0,
      budgets: wish.budgets ?? [],
      refresh: wish.refresh,
    }),
    calculate: createCalculate(async () => createPrices([await loadSnapshot()])),
    access: {
      apiKey: undefined,
      isLoopbackOnly: false,
      takesVirtualKeys: true,
    },
    litellm,
    now: () => now,
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  return {
    db: ledger.db,
    litellm,
    postgres,
    api,
    waits,
    advance: (ms) => {
      now += ms;
    },
    ask: async (method, path, { key, query = {}, body } = {}) => {
      const search = new URLSearchParams();
      for (const [name, value] of Object.entries(query)) search.append(name, String(value));
      return api.request(`${path}?${search}`, {
        method,
        headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await reader.close();
      await postgres[Symbol.asyncDispose]();
    },
  };
}

/** A row as the sources of the ledger read it. */
function recordOf(row: LogRow): TestRecord {
  const at = Date.parse(row.startTime);
  const since = (end: string | null) => (end === null ? Number.NaN : Date.parse(end) - at);
  return {
    id: row.request_id,
    at,
    latencyMs: since(row.endTime),
    firstTokenMs: since(row.completionStartTime),
    spend: row.spend,
    prompt: row.prompt_tokens,
    completion: row.completion_tokens,
    status: row.status === "failure" ? 1 : 0,
    cache: row.cache_hit === "True" ? 1 : row.cache_hit === "False" ? 2 : 0,
    model: row.model,
    group: row.model_group,
    provider: row.custom_llm_provider,
    key: row.api_key,
    user: row.user,
    endUser: row.end_user,
    team: row.team_id,
    tags: row.request_tags,
    session: row.session_id,
  };
}

/** The table as LiteLLM 1.82.6 makes it (litellm-facts 2.3); the recorded schema leaves it out. */
const ERROR_LOGS = `CREATE TABLE "LiteLLM_ErrorLogs" (request_id text PRIMARY KEY, "startTime" timestamp(3) NOT NULL,
  "endTime" timestamp(3) NOT NULL, api_base text NOT NULL DEFAULT '', model_group text NOT NULL DEFAULT '',
  litellm_model_name text NOT NULL DEFAULT '', model_id text NOT NULL DEFAULT '', request_kwargs jsonb NOT NULL DEFAULT '{}',
  exception_type text NOT NULL DEFAULT '', exception_string text NOT NULL DEFAULT '', status_code text NOT NULL DEFAULT '')`;

const AT = "2026-08-23T10:00:00Z";

async function fillDatabase(sql: Sql, rows: readonly LogRow[], people: People): Promise<void> {
  await insert(sql, "LiteLLM_SpendLogs", rows);
  await insert(
    sql,
    "LiteLLM_VerificationToken",
    people.keys.map(({ key: _, ...key }, index) => ({
      spend: (people.keys.length - index) / 1000,
      created_at: AT,
      updated_at: AT,
      ...key,
    })),
  );
  await insert(
    sql,
    "LiteLLM_UserTable",
    people.users.map((user) => ({ ...user, password: "never-shown", created_at: AT, updated_at: AT })),
  );
  await insert(
    sql,
    "LiteLLM_TeamTable",
    people.teams.map((team) => ({ ...team, admins: [], members: [], created_at: AT, updated_at: AT })),
  );
  await insert(
    sql,
    "LiteLLM_ErrorLogs",
    people.error_logs.map((error) => ({ ...error, endTime: error.startTime })),
  );
}

/** PostgreSQL reads the rows from JSON itself; columns that are not given keep their defaults. */
async function insert(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].map((name) => `"${name}"`).join(", ");
  for (let from = 0; from < rows.length; from += 5000) {
    const part = JSON.stringify(rows.slice(from, from + 5000));
    await sql.unsafe(
      `INSERT INTO "${table}" (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::"${table}", $1::text::json)`,
      [part],
    );
  }
}
