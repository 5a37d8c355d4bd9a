/** What a column of a table of requests is for, by the names that LITELLM_PULSE_LEDGER_COLUMNS takes. */
export const ROLES = [
  "id",
  "time",
  "end",
  "first_token",
  "spend",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "status",
  "cache",
  "model",
  "model_group",
  "provider",
  "key",
  "user",
  "end_user",
  "team",
  "tags",
  "session",
] as const;
/** The role of one column. */
export type Role = (typeof ROLES)[number];
