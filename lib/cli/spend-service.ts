import type { Config } from "../config/resolve.ts";
import type { LiteLLMDatabase } from "../ledger/litellm/database.ts";
import { ledgerMigrations } from "../ledger/schema/migrations.ts";
import { createLedgerReader, type LedgerReader } from "../ledger/spend/reader.ts";
import type { Prices } from "../prices/prices.ts";
import type { ApiDeps } from "../server/api.ts";
import { openLedgerFile } from "../store/open-ledger.ts";
import { ledgerPathOf } from "./ledger-path.ts";
import { VERSION } from "./version.ts";

/** LiteLLM's spend API of a process that serves; nothing is loaded or opened before it is first asked. */
export type SpendService = {
  readonly api: NonNullable<ApiDeps["spend"]>;
  close(): Promise<void>;
};

type Options = {
  readonly config: Config;
  readonly now: () => number;
  readonly isLoopbackOnly: boolean;
  readonly prices: () => Promise<Prices>;
  /** Asks for a run of the ledger's source, where it follows one. */
  readonly refresh: (() => void) | undefined;
};

/** Makes the service. */
export function createSpendService(options: Options): SpendService {
  let api: ReturnType<SpendService["api"]> | undefined;
  let ledger: LedgerReader | undefined;
  let litellm: LiteLLMDatabase | undefined;
  const reading = () => {
    if (ledger === undefined) {
      const opened = openLedgerFile(ledgerPathOf(options.config), ledgerMigrations("sqlite"), "read");
      if (opened.kind === "failed") {
        return {
          error: opened.failure.message,
          hint: "Set LITELLM_PULSE_DATABASE_URL to LiteLLM's PostgreSQL database, or import its logs",
        };
      }
      ledger = createLedgerReader(opened.db);
    }
    return { ledger };
  };
  const make = async () => {
    litellm = await openDatabase(options);
    return compose(options, litellm, reading);
  };
  return {
    api: () => {
      api ??= make();
      return api;
    },
    async close() {
      await litellm?.client.close();
      ledger?.db.close();
    },
  };
}

async function openDatabase({ config, now }: Options): Promise<LiteLLMDatabase | undefined> {
  if (config.databaseUrl === undefined) return undefined;
  const { openClient } = await import("../ledger/postgres/client.ts");
  const { parseAddress } = await import("../ledger/postgres/address.ts");
  const { createLiteLLMDatabase } = await import("../ledger/litellm/database.ts");
  const address = parseAddress(config.databaseUrl);
  if (address === undefined) throw new TypeError("The setting let a URL through that is none");
  return createLiteLLMDatabase(openClient(address), now);
}

async function compose(
  { config, now, isLoopbackOnly, prices, refresh }: Options,
  litellm: LiteLLMDatabase | undefined,
  reading: () => { readonly ledger: LedgerReader } | { readonly error: string; readonly hint: string },
) {
  const { createSpendApi } = await import("../server/spend/api.ts");
  const { createCalculate } = await import("../server/spend/calculate.ts");
  const calculate = createCalculate(prices);
  const { maxBudget, providerBudgets: budgets = [] } = config;
  return createSpendApi({
    version: VERSION,
    sources: () => {
      const opened = reading();
      return "error" in opened ? opened : { ...opened, litellm, now, maxBudget, budgets, refresh };
    },
    calculate,
    access: { apiKey: config.apiKey, isLoopbackOnly, takesVirtualKeys: config.auth === "litellm" },
    litellm,
    now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
