/** The columns that a record is read from, of `LiteLLM_SpendLogs` and of `cost_logs`, as these tables write them. */
const COLUMNS = [
  ...["request_id", "startTime", "endTime", "completionStartTime", "spend"],
  ...["prompt_tokens", "completion_tokens", "total_tokens", "status", "cache_hit"],
  ...["model", "model_group", "custom_llm_provider", "api_key", "user"],
  ...["end_user", "team_id", "request_tags", "session_id"],
  ...["id", "provider", "cost_usd", "created_at"],
];
const BY_FOLDED = new Map(COLUMNS.map((name) => [folded(name), name]));

/**
 * The columns of a file under the names that `readSpendRecord` knows: databases that do not tell cases apart and
 * spreadsheets write `STARTTIME`, `start_time` or `Start Time`. A name that is written right goes before such a one, and a name
 * that nobody knows stays.
 */
export function recordColumns(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  return names.map((name) => {
    const known = BY_FOLDED.get(folded(name));
    if (known === undefined || taken.has(known)) return name;
    taken.add(known);
    return known;
  });
}

function folded(name: string): string {
  return name.replaceAll(/[\s_-]/g, "").toLowerCase();
}
