import type { Config } from "../../../config/resolve.ts";
import type { LiteLLMDatabase } from "../../../ledger/litellm/database.ts";
import type { Prices } from "../../../prices/prices.ts";
import type { Problem } from "../../../query/spend/reply.ts";
import type { ApiDeps } from "../../../server/api.ts";
import type { LedgerAbsence, LedgerAccess } from "../../../server/ledger-access.ts";
import { VERSION } from "../../version.ts";

/** LiteLLM's spend API of a process that serves; nothing is loaded or opened before it is first asked. */
export type SpendService = {
  readonly api: NonNullable<ApiDeps["spend"]>;
  close(): Promise<void>;
};

type Options = {
  readonly config: Config;
  readonly ledger: Pick<LedgerAccess, "reading">;
  readonly now: () => number;
  readonly isLoopbackOnly: boolean;
  readonly prices: () => Promise<Prices>;
  /** Asks for a run of the ledger's source, where it follows one. */
  readonly refresh: (() => void) | undefined;
};

/** Makes the service. */
export function createSpendService(options: Options): SpendService {
  let api: ReturnType<SpendService["api"]> | undefined;
  let litellm: LiteLLMDatabase | undefined;
  const make = async () => {
    litellm = await openDatabase(options);
    return compose(options, litellm);
  };
  return {
    api: () => {
      api ??= make();
      return api;
    },
    async close() {
      await litellm?.client.close();
    },
  };
}

async function openDatabase({ config, now }: Options): Promise<LiteLLMDatabase | undefined> {
  if (config.databaseUrl === undefined) return undefined;
  const { openClient } = await import("../../../ledger/postgres/client.ts");
  const { parseAddress } = await import("../../../ledger/postgres/address.ts");
  const { createLiteLLMDatabase } = await import("../../../ledger/litellm/database.ts");
  const address = parseAddress(config.databaseUrl);
  if (address === undefined) throw new TypeError("The setting let a URL through that is none");
  return createLiteLLMDatabase(openClient(address), now);
}

async function compose(
  { config, ledger, now, isLoopbackOnly, prices, refresh }: Options,
  litellm: LiteLLMDatabase | undefined,
) {
  const { createSpendApi } = await import("../../../server/spend/api.ts");
  const { createCalculate } = await import("../../../server/spend/calculate.ts");
  const { readFeeding } = await import("../../../ledger/questions/feeding.ts");
  const calculate = createCalculate(prices);
  const { maxBudget, providerBudgets: budgets = [] } = config;
  // A ledger is made before its source is first read, and an empty one would pass for a LiteLLM without requests.
  let isFed = config.databaseUrl === undefined;
  return createSpendApi({
    version: VERSION,
    basePath: config.basePath,
    sources: async () => {
      const reading = await ledger.reading();
      if (reading.kind === "absent") return problemOf(reading, config);
      isFed ||= (await reading.ledger.snapshot(({ sql }) => readFeeding(sql))).updatedAt !== undefined;
      if (!isFed) return NOTHING_FOLDED;
      return { ledger: reading.ledger, litellm, now, maxBudget, budgets, refresh };
    },
    calculate,
    access: { apiKey: config.apiKey, isLoopbackOnly, takesVirtualKeys: config.auth === "litellm" },
    litellm,
    now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

/** What no ledger means to a client of LiteLLM's spend API: without a source none of its routes is offered. */
function problemOf({ status, error }: LedgerAbsence, { databaseUrl }: Pick<Config, "databaseUrl">): Problem {
  if (status !== 404) return { kind: "problem", status: 503, error };
  if (databaseUrl !== undefined) return NOTHING_FOLDED;
  const hint = "Set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL database, or import its logs";
  return { kind: "problem", status: 501, error, hint };
}

const NOTHING_FOLDED: Problem = {
  kind: "problem",
  status: 503,
  error: "The spend ledger holds nothing yet: LiteLLM's request log is being read",
  hint: "Ask again; /health says how the reading goes",
};
