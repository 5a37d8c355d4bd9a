type Row = Readonly<Record<string, unknown>>;

const COUNTS = ["prompt_tokens", "completion_tokens", "total_tokens"] as const;
const METADATA = ["user_api_key_team_id", "user_api_key_user_id", "user_api_key_end_user_id"] as const;

/**
 * What LiteLLM's `generic_api` callback sends with `litellm.generic_api_use_v1`, in the words of a
 * StandardLoggingPayload; undefined where a row is not one. Every value in it is text as Python prints it, objects too.
 * LiteLLM sends it for successes only, with times of its own wall clock. Source: LiteLLM 1.82.6,
 * `integrations/generic_api/generic_api_callback.py`.
 */
export function fromLegacyPayload(row: Row): Row | undefined {
  const { usage, metadata } = row;
  if (typeof usage !== "string" || row["cost"] === undefined || row["response_cost"] !== undefined) return undefined;
  const said = typeof metadata === "string" ? metadata : "";
  return {
    ...row,
    ...Object.fromEntries(COUNTS.map((name) => [name, numberIn(usage, name)])),
    response_cost: row["cost"] === "None" ? null : row["cost"],
    model_group: textIn(said, "model_group"),
    metadata: {
      user_api_key_hash: textIn(said, "user_api_key"),
      ...Object.fromEntries(METADATA.map((name) => [name, textIn(said, name)])),
    },
  };
}

/** A number out of the text of a `Usage` or of a dictionary. */
function numberIn(text: string, name: string): string | undefined {
  return new RegExp(`\\b${name}['"]?[=:] ?(\\d{1,15})\\b`).exec(text)?.[1];
}

/** A plain text out of that of a dictionary. */
function textIn(text: string, name: string): string | undefined {
  return new RegExp(`'${name}': '([^'\\\\]{0,500})'`).exec(text)?.[1];
}
