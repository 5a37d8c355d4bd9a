import { maskUrl } from "./mask.ts";
import { providerBudgets } from "./provider-budgets.ts";
import {
  bearerKey,
  columnNames,
  decimal,
  filePath,
  filePaths,
  httpUrl,
  listenHost,
  oneOf,
  onOff,
  postgresUrl,
  retentionDays,
  type TextSchema,
  tableName,
  timeZone,
  urlPath,
  whole,
} from "./schemas.ts";
import type { SettingGroup } from "./setting-group.ts";

/** What is declared of a setting; its names follow from its key. */
export type Entry = {
  readonly group: SettingGroup;
  /** Placeholder of the value in help (`--port <port>`); a switch has none and gets a `--no-` twin. */
  readonly argument?: string;
  readonly schema: TextSchema<unknown>;
  /** The default as one would write it; without one the setting is off until it is set. */
  readonly default?: string;
  readonly help: string;
  /** A secret is never shown and may come from a file named by `X_FILE`. */
  readonly secret?: true;
  /** How a value that is not secret as a whole is shown. */
  readonly mask?: (text: string) => string;
  /** A bad value gives a warning and the default instead of exit code 2. */
  readonly fallsBack?: true;
};

/** Every setting but the metric names, in the order in which help, `config` and README list them. */
export const SETTINGS_TABLE = {
  metricsUrl: {
    group: "LiteLLM",
    argument: "url",
    schema: httpUrl(),
    default: "http://litellm:4000/metrics/",
    help: "LiteLLM's metrics page",
    mask: maskUrl,
  },
  scrapeInterval: {
    group: "LiteLLM",
    argument: "seconds",
    schema: decimal("a number of seconds", 0.1, 86_400),
    default: "60",
    help: "Seconds from one scrape to the next",
  },
  scrapeTimeout: {
    group: "LiteLLM",
    argument: "seconds",
    schema: decimal("a number of seconds", 0.1, 86_400),
    default: "30",
    help: "Seconds that a whole scrape may take",
  },
  metricsApiKey: {
    group: "LiteLLM",
    argument: "key",
    schema: bearerKey(),
    help: "LiteLLM API key for the metrics page; a flag shows in the process list, the variable or its _FILE does not",
    secret: true,
  },
  verifySsl: {
    group: "LiteLLM",
    schema: onOff(),
    default: "false",
    help: "Whether LiteLLM's TLS certificate is verified",
  },
  caFile: {
    group: "LiteLLM",
    argument: "path",
    schema: filePath("/etc/ssl/certs/homelab-ca.pem"),
    help: "PEM file with the authority that signed LiteLLM's TLS certificate",
  },
  maxLabelValues: {
    group: "LiteLLM",
    argument: "count",
    schema: whole("a whole number", 1, 1_000_000),
    default: "1000",
    help: "Distinct values kept per dimension; what comes after them is folded into the value other",
  },
  host: {
    group: "Server",
    argument: "address",
    schema: listenHost(),
    default: "0.0.0.0",
    help: "Address to listen on",
  },
  port: {
    group: "Server",
    argument: "port",
    schema: whole("a whole number", 0, 65_535),
    default: "8000",
    help: "Port to listen on; 0 takes any free one",
  },
  basePath: {
    group: "Server",
    argument: "path",
    schema: urlPath(),
    default: "/",
    help: "Path under which everything is served, for a reverse proxy that passes it on",
  },
  apiKey: {
    group: "Server",
    argument: "key",
    schema: bearerKey(),
    help: "Bearer key over our own API; a flag shows in the process list, the variable or its _FILE does not",
    secret: true,
  },
  budgetDaily: {
    group: "Budgets",
    argument: "dollars",
    schema: decimal("a number of US dollars", 0, 1_000_000_000),
    help: "What may be spent in a day; report shows it and ends with 3 when it is passed",
  },
  budgetWeekly: {
    group: "Budgets",
    argument: "dollars",
    schema: decimal("a number of US dollars", 0, 1_000_000_000),
    help: "What may be spent in a week, from Monday",
  },
  budgetMonthly: {
    group: "Budgets",
    argument: "dollars",
    schema: decimal("a number of US dollars", 0, 1_000_000_000),
    help: "What may be spent in a month",
  },
  dbPath: {
    group: "Storage",
    argument: "path",
    schema: filePath("./data/litellm_pulse.db"),
    default: "./data/litellm_pulse.db",
    help: "SQLite database file",
  },
  dbRetentionDays: {
    group: "Storage",
    argument: "days",
    schema: retentionDays(),
    default: "90",
    help: "Days that quarter hours and snapshots are kept; -1 keeps them for ever, days and totals always stay",
  },
  historySize: {
    group: "Storage",
    argument: "count",
    schema: whole("a whole number", 0, 1_000_000),
    default: "168",
    help: "Snapshots kept in memory for the time when the database is unavailable",
  },
  ledgerPath: {
    group: "Ledger",
    argument: "path",
    schema: filePath("./data/litellm_pulse.ledger.db"),
    help: "SQLite file of the spend ledger, unless it lies in PostgreSQL; without it, litellm_pulse.ledger.db beside the database",
  },
  ledgerUrl: {
    group: "Ledger",
    argument: "url",
    schema: postgresUrl(),
    help: "PostgreSQL that holds the spend ledger instead of a file: any number of servers answer from it, one of them folds",
    secret: true,
  },
  databaseUrl: {
    group: "Ledger",
    argument: "url",
    schema: postgresUrl(),
    help: "LiteLLM's PostgreSQL, whose log of requests the ledger follows; a role that may only read suffices",
    secret: true,
  },
  ledgerTable: {
    group: "Ledger",
    argument: "table",
    schema: tableName(),
    help: "Table of the log of requests, where it is neither LiteLLM_SpendLogs nor cost_logs",
  },
  ledgerColumns: {
    group: "Ledger",
    argument: "names",
    schema: columnNames(),
    help: "Columns of that table by what they are for, as in id=id,time=created_at,spend=cost_usd",
  },
  ledgerInterval: {
    group: "Ledger",
    argument: "seconds",
    schema: decimal("a number of seconds", 0.1, 86_400),
    default: "30",
    help: "Seconds from one look for new requests to the next",
  },
  ingestKey: {
    group: "Ledger",
    argument: "key",
    schema: bearerKey(),
    help: "Bearer key that may only send records to POST /ingest; a flag shows in the process list, the variable or its _FILE does not",
    secret: true,
  },
  auth: {
    group: "Spend API",
    argument: "who",
    schema: oneOf(["key", "litellm"]),
    default: "key",
    help: "Who may ask for spend: bearers of our own key, or with litellm also of a LiteLLM key, users for their own requests",
  },
  maxBudget: {
    group: "Spend API",
    argument: "dollars",
    schema: decimal("an amount of dollars", 0, 1_000_000_000),
    default: "0",
    help: "LiteLLM's own max_budget, shown by /global/spend; 0 where it has none",
  },
  providerBudgets: {
    group: "Spend API",
    argument: "budgets",
    schema: providerBudgets(),
    help: "Budgets of providers for /provider/budgets, as openai=100/1d,azure=50/7d or LiteLLM's provider_budget_config as JSON",
  },
  pricesFile: {
    group: "Spend API",
    argument: "paths",
    schema: filePaths("/etc/litellm/prices.json,/etc/litellm/config.yaml"),
    help: "LiteLLM's price map, its config file, or both with a comma between them: their prices win over the built-in ones, later ones over earlier",
  },
  logLevel: {
    group: "Logging and time",
    argument: "level",
    schema: oneOf(["debug", "info", "warning", "error"]),
    default: "info",
    help: "Least severity that is logged: debug, info, warning or error",
  },
  logFormat: {
    group: "Logging and time",
    argument: "format",
    schema: oneOf(["text", "json"]),
    default: "text",
    help: "Shape of a log line: text or json",
  },
  timezone: {
    group: "Logging and time",
    argument: "zone",
    schema: timeZone(),
    default: "UTC",
    help: "IANA time zone of days, weeks, months and printed times",
    fallsBack: true,
  },
} as const satisfies Record<string, Entry>;
