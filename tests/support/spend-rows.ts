import type { Sql } from "postgres";

/** What a made-up past looks like: so many rows over so many days up to a moment (UTC milliseconds). */
export type Past = {
  readonly rows: number;
  readonly days: number;
  readonly until: number;
  /** From 0 to 1; the same seed gives the same rows. */
  readonly seed: number;
  /** Where the rows begin to be numbered, so that a second past adds to the first. */
  readonly from?: number;
};

/** Above so many rows the indexes are made after the rows. */
const MANY_ROWS = 100_000;

/** Model as the provider is asked, model group, provider, dollars for a million tokens in and out. */
const MODELS = [
  ["openai/gpt-4o", "gpt-4o", "openai", 2.5, 10],
  ["openai/gpt-4o-mini", "gpt-4o-mini", "openai", 0.15, 0.6],
  ["anthropic/claude-sonnet-4-5", "claude-sonnet", "anthropic", 3, 15],
  ["gemini/gemini-2.5-flash", "gemini-flash", "gemini", 0.3, 2.5],
  ["openai/gpt-4.1", "gpt-4.1", "openai", 2, 8],
  ["bedrock/anthropic.claude-3-5-haiku", "claude-haiku", "bedrock", 0.8, 4],
  ["azure/gpt-4o", "gpt-4o", "azure", 2.5, 10],
  ["vertex_ai/gemini-2.5-pro", "gemini-pro", "vertex_ai", 1.25, 10],
  ["openai/text-embedding-3-small", "embed-small", "openai", 0.02, 0],
  ["ollama/llama3.2:3b", "local/llama3.2:3b", "ollama", 0, 0],
  ["mistral/mistral-large-latest", "mistral-large", "mistral", 2, 6],
  ["deepseek/deepseek-chat", "deepseek", "deepseek", 0.27, 1.1],
  ["groq/llama-3.3-70b-versatile", "llama-70b", "groq", 0.59, 0.79],
  ["cohere/command-r-plus", "command-r", "cohere", 2.5, 10],
  ["xai/grok-4", "grok", "xai", 3, 15],
  ["together_ai/qwen-2.5-72b", "qwen", "together_ai", 1.2, 1.2],
  ["fireworks_ai/llama-v3p1-405b", "llama-405b", "fireworks_ai", 3, 3],
  ["openai/o3-mini", "o3-mini", "openai", 1.1, 4.4],
  ["anthropic/claude-opus-4-1", "claude-opus", "anthropic", 15, 75],
  ["azure/gpt-4.1-mini", "gpt-4.1-mini", "azure", 0.4, 1.6],
  ["bedrock/amazon.nova-pro-v1", "nova-pro", "bedrock", 0.8, 3.2],
  ["openai/whisper-1", "whisper", "openai", 0, 0],
  ["gemini/gemini-2.0-flash-lite", "gemini-lite", "gemini", 0.075, 0.3],
  ['openai/odd "quoted" \\back/slash ünï', "odd", "openai", 0.1, 0.4],
  ["mistral/codestral-2501", "codestral", "mistral", 0.3, 0.9],
] as const;

/**
 * Adds made-up rows of `"LiteLLM_SpendLogs"` in the order in which LiteLLM would have written them, which is by their
 * ends: a row in a thousand is up to 50 minutes late, a few are three hours late. 3 % are failures, some come from the
 * cache; users, customers, tags and sessions are there or not, NULL or empty.
 */
export async function fillSpendLogs(sql: Sql, past: Past): Promise<void> {
  const models = MODELS.map(
    ([model, group, provider, input, output], number) =>
      `(${number}, $m$${model}$m$, $m$${group}$m$, '${provider}', ${input}e-6, ${output}e-6)`,
  );
  const insert = `
    INSERT INTO "LiteLLM_SpendLogs" (request_id, call_type, api_key, spend, total_tokens, prompt_tokens, completion_tokens,
      "startTime", "endTime", "completionStartTime", model, model_id, model_group, custom_llm_provider, api_base, "user",
      metadata, cache_hit, cache_key, request_tags, team_id, end_user, requester_ip_address, session_id, status)
    SELECT 'chatcmpl-' || md5(i || 'request' || ${past.seed}), CASE WHEN failed THEN '' ELSE 'acompletion' END,
      encode(sha256(('key ' || key)::bytea), 'hex'),
      CASE WHEN failed OR cached THEN 0 ELSE tokens_in * price_in + tokens_out * price_out END,
      tokens_in + tokens_out, tokens_in, tokens_out,
      ended - wait * interval '1 ms', CASE WHEN failed THEN ended - wait * interval '1 ms' ELSE ended END,
      CASE WHEN failed THEN NULL ELSE ended - wait * 0.7 * interval '1 ms' END,
      model, md5(model), grp, CASE WHEN failed THEN '' ELSE provider END, '', CASE WHEN key % 10 = 0 THEN '' ELSE 'user-' || key % 200 END,
      '{"status": "success", "user_api_key_alias": "made-up", "cost_breakdown": {"input_cost": 0.0001, "output_cost": 0.0002}}',
      CASE WHEN cached THEN 'True' WHEN r3 < 0.4 THEN 'False' ELSE 'None' END, md5(key::text),
      CASE WHEN r4 < 0.3 THEN '[]' WHEN r4 < 0.31 THEN NULL ELSE jsonb_build_array('project:' || key % 30, 'User-Agent: OpenAI', 'User-Agent: OpenAI/Python 2.' || key % 9) END,
      CASE WHEN key % 7 = 0 THEN NULL ELSE 'team-' || key % 40 END,
      CASE WHEN r5 < 0.5 THEN '' WHEN r5 < 0.52 THEN NULL ELSE 'customer-' || floor(2000 * r6 * r6) END, '203.0.113.1',
      CASE WHEN r6 < 0.01 THEN NULL ELSE md5('session' || CASE WHEN key % 3 = 0 THEN i / 50 ELSE i END)::uuid::text END,
      CASE WHEN failed THEN 'failure' WHEN r6 > 0.99 THEN NULL ELSE 'success' END
    FROM (
      SELECT i, floor(500 * r1 * r1)::int AS key, floor(${MODELS.length} * r2 * r2)::int AS number, r3, r4, r5, r6,
        r5 < 0.03 AS failed, r5 >= 0.03 AND r3 < 0.05 AS cached,
        floor(exp(6 + 1.3 * z1))::int AS tokens_in, CASE WHEN r5 < 0.03 THEN 0 ELSE floor(exp(4.5 + 1.2 * z2))::int END AS tokens_out,
        CASE WHEN r4 > 0.99999 THEN 10800000 * r3 WHEN r4 > 0.999 THEN 3000000 * r3 ELSE least(exp(7 + z3), 600000) END AS wait,
        timestamp 'epoch' + (${past.until - past.days * 86_400_000} + (i - ${past.from ?? 0}) * ${(past.days * 86_400_000) / past.rows}::float8) * interval '1 ms' AS ended
      FROM (SELECT i, random() AS r1, random() AS r2, random() AS r3, random() AS r4, random() AS r5, random() AS r6,
          random_normal() AS z1, random_normal() AS z2, random_normal() AS z3
        FROM generate_series(${past.from ?? 0}::bigint, ${(past.from ?? 0) + past.rows - 1}) AS i OFFSET 0) AS rolled
    ) AS request
    JOIN (VALUES ${models.join(", ")}) AS priced (number, model, grp, provider, price_in, price_out) USING (number)`;
  await fill(sql, "LiteLLM_SpendLogs", past, insert);
}

/** Makes seed 4's table if there is none, and adds made-up rows in the order of their ids. */
export async function fillCostLogs(sql: Sql, past: Past): Promise<void> {
  await sql.unsafe(`CREATE TABLE IF NOT EXISTS cost_logs (id BIGSERIAL PRIMARY KEY, provider TEXT NOT NULL,
    model TEXT NOT NULL, cost_usd FLOAT NOT NULL, created_at TIMESTAMP DEFAULT NOW())`);
  const insert = `
    INSERT INTO cost_logs (provider, model, cost_usd, created_at)
    SELECT 'provider-' || floor(5 * r1), 'model-' || floor(5 * r1) || '-' || floor(5 * r2), round((exp(-6 + z))::numeric, 6),
      timestamp 'epoch' + (${past.until - past.days * 86_400_000} + i * ${(past.days * 86_400_000) / past.rows}::float8) * interval '1 ms'
    FROM (SELECT i, random() AS r1, random() AS r2, random_normal() AS z FROM generate_series(0::bigint, ${past.rows - 1}) AS i OFFSET 0) AS rolled`;
  await fill(sql, "cost_logs", past, insert);
}

async function fill(sql: Sql, table: string, { rows, seed }: Past, insert: string): Promise<void> {
  const later: string[] = rows < MANY_ROWS ? [] : await dropIndexes(sql, table);
  await sql.begin(async (tx) => {
    await tx`SELECT setseed(${seed})`; // One connection, so that the same seed gives the same rows.
    await tx.unsafe("SET LOCAL max_parallel_workers_per_gather = 0");
    await tx.unsafe(insert);
  });
  for (const statement of later) await sql.unsafe(statement);
  await sql.unsafe(`VACUUM (ANALYZE) "${table}"`);
}

/** Drops the table's indexes; gives the statements that make them again. */
async function dropIndexes(sql: Sql, table: string): Promise<string[]> {
  const indexes = await sql`
    SELECT index.indexname AS name, index.indexdef AS make, pg_get_constraintdef(own.oid) AS key
    FROM pg_indexes AS index LEFT JOIN pg_constraint AS own ON own.conname = index.indexname AND own.contype = 'p'
    WHERE index.tablename = ${table} AND index.schemaname = 'public'`;
  const statements: string[] = [];
  for (const { name, make, key } of indexes) {
    await sql.unsafe(key === null ? `DROP INDEX "${name}"` : `ALTER TABLE "${table}" DROP CONSTRAINT "${name}"`);
    statements.push(key === null ? make : `ALTER TABLE "${table}" ADD CONSTRAINT "${name}" ${key}`);
  }
  return statements;
}
