/** Heading under which help and README list a setting. */
export type SettingGroup =
  | "LiteLLM"
  | "Server"
  | "Budgets"
  | "Storage"
  | "Ledger"
  | "Spend API"
  | "Logging and time"
  | "Metric names";
