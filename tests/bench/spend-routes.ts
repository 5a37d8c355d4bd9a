import type { Sql } from "postgres";
import { atLeast, atMost, type Bench } from "./bench.ts";
import { UNSCRAPED } from "./litellm.ts";
import { load } from "./load.ts";
import { median } from "./process.ts";
import { type Service, startService } from "./service.ts";

const ASKED = 20;
const CLIENTS = 16;
const LOAD_MS = 2000;
const DAY_MS = 86_400_000;
/** Streamed answers have no length, which the load goes by. */
const IS_STREAMED = /\/report/;

type Question = { readonly path: string; readonly body?: string; readonly sql: string };

/**
 * Measures each spend route that rollups answer, beside the SQL that LiteLLM 1.82.6 runs for the same question on the same
 * PostgreSQL (`spend_management_endpoints.py`, and the views that it makes). `env` names database and ledger.
 */
export async function measureSpendRoutes(
  { binary, show }: Bench,
  env: Readonly<Record<string, string>>,
  sql: Sql,
): Promise<void> {
  const service = await startService(binary, { ...env, ...UNSCRAPED, LITELLM_PULSE_LEDGER_INTERVAL: "3600" });
  for (const question of questions()) {
    const { path, body } = question;
    const { times, bytes } = await askOften(service, question);
    const began = performance.now();
    await sql.unsafe(question.sql);
    const theirs = performance.now() - began;
    const isLoadable = body === undefined && !IS_STREAMED.test(path);
    const loaded = isLoadable ? await load(service.port, path, CLIENTS, LOAD_MS) : undefined;
    show(
      path.replace(/(start|end)_date=[^&]*&?/g, "").replace(/[?&]$/, ""),
      [
        atMost(50 + (20 * bytes) / 1e6, median(times), "ms"),
        ...(loaded ? [atLeast(500, loaded.perSecond, "a second")] : []),
      ],
      `first ${(times[0] ?? 0).toFixed(0)} ms; LiteLLM's SQL ${theirs.toFixed(0)} ms`,
    );
  }
  await service.stop();
}

async function askOften(service: Service, { path, body }: Question): Promise<{ times: number[]; bytes: number }> {
  const times: number[] = [];
  let bytes = 0;
  for (let asked = 0; asked < ASKED; asked++) {
    const began = performance.now();
    const response = await fetch(service.url + path, body === undefined ? {} : { method: "POST", body });
    bytes = (await response.arrayBuffer()).byteLength;
    times.push(performance.now() - began);
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  }
  return { times, bytes };
}

/** The questions over the last thirty days, with what LiteLLM asks its database for each. */
function questions(): Question[] {
  const date = (back: number) => new Date(Date.now() - back * DAY_MS).toISOString().slice(0, 10);
  const [from, to] = [date(30), date(0)];
  const dates = `start_date=${from}&end_date=${to}`;
  const log = `"LiteLLM_SpendLogs"`;
  const inside = `"startTime" >= '${from}'::timestamptz AND "startTime" < ('${to}'::timestamptz + INTERVAL '1 day')`;
  const month = `"startTime" >= (CURRENT_DATE - INTERVAL '30 days')`;
  const day = `date_trunc('day', "startTime")`;
  const tags = `SELECT jsonb_array_elements_text(request_tags) AS tag, DATE("startTime") AS day, COUNT(*) AS count, SUM(spend) AS spend
    FROM ${log} GROUP BY 1, 2`;
  const parts = (
    name: string,
    key: string,
  ) => `WITH part AS (SELECT ${day} AS day, ${key} AS ${name}, sl.model, sl.api_key, SUM(sl.spend) AS spend,
      SUM(sl.total_tokens) AS tokens FROM ${log} sl LEFT JOIN "LiteLLM_TeamTable" tt ON sl.team_id = tt.team_id WHERE ${inside} GROUP BY 1, 2, 3, 4)
    SELECT day, jsonb_agg(jsonb_build_object('name', ${name}, 'total_spend', total, 'metadata', metadata)) FROM (
      SELECT day, ${name}, SUM(spend) AS total, jsonb_agg(jsonb_build_object('model', model, 'api_key', api_key, 'spend', spend, 'total_tokens', tokens)) AS metadata
      FROM part GROUP BY day, ${name}) AS named GROUP BY day ORDER BY day`;
  const byKey = `WITH part AS (SELECT api_key, model, SUM(spend) AS cost, SUM(prompt_tokens) AS input, SUM(completion_tokens) AS output FROM ${log}
      WHERE ${inside} GROUP BY 1, 2)
    SELECT api_key, SUM(cost) AS total, SUM(input), SUM(output), jsonb_agg(jsonb_build_object('model', model, 'total_cost', cost)) FROM part GROUP BY 1 ORDER BY total DESC`;
  return [
    {
      path: `/global/activity?${dates}`,
      sql: `SELECT ${day}, COUNT(*), SUM(total_tokens) FROM ${log} WHERE ${inside} GROUP BY 1`,
    },
    {
      path: `/global/activity/model?${dates}`,
      sql: `SELECT model_group, ${day}, COUNT(*), SUM(total_tokens) FROM ${log} WHERE ${inside} GROUP BY 1, 2`,
    },
    {
      path: "/global/spend",
      sql: `SELECT SUM(spend) FROM (SELECT DATE("startTime"), SUM(spend) AS spend FROM ${log} WHERE ${month} GROUP BY 1) AS day`,
    },
    {
      path: "/global/spend/logs",
      sql: `SELECT DATE("startTime") AS date, SUM(spend) FROM ${log} WHERE ${month} GROUP BY 1 ORDER BY 1`,
    },
    {
      path: "/global/spend/keys",
      sql: `SELECT l.api_key, v.key_alias, v.key_name, SUM(l.spend) AS total FROM ${log} l LEFT JOIN "LiteLLM_VerificationToken" v ON l.api_key = v.token
        WHERE l.${month} GROUP BY 1, 2, 3 ORDER BY total DESC`,
    },
    {
      path: "/global/spend/models",
      sql: `SELECT model, SUM(spend) AS total FROM ${log} WHERE ${month} AND model <> '' GROUP BY 1 ORDER BY total DESC LIMIT 10`,
    },
    {
      path: "/global/spend/teams",
      sql: `SELECT t.team_alias, DATE(s."startTime") AS day, SUM(s.spend) FROM ${log} s LEFT JOIN "LiteLLM_TeamTable" t ON s.team_id = t.team_id
        WHERE s.${month} GROUP BY 1, 2 ORDER BY 2`,
    },
    {
      path: `/global/spend/provider?${dates}`,
      sql: `SELECT model_id, SUM(spend) FROM ${log} WHERE ${inside} AND length(model_id) > 0 GROUP BY 1`,
    },
    {
      path: `/global/spend/tags?${dates}`,
      sql: `SELECT tag, day, count, spend FROM (${tags}) AS tags WHERE day >= '${from}'::date AND day <= '${to}'::date ORDER BY spend DESC`,
    },
    {
      path: "/spend/tags",
      sql: `SELECT jsonb_array_elements_text(request_tags) AS tag, COUNT(*), SUM(spend) FROM ${log} GROUP BY 1`,
    },
    { path: "/global/spend/all_tag_names", sql: `SELECT DISTINCT jsonb_array_elements_text(request_tags) FROM ${log}` },
    { path: "/global/all_end_users", sql: `SELECT DISTINCT end_user FROM ${log}` },
    {
      path: "/global/spend/end_users",
      body: JSON.stringify({ startTime: `${from}T00:00:00Z`, endTime: `${to}T00:00:00Z` }),
      sql: `SELECT end_user, COUNT(*), SUM(spend) AS total FROM ${log} WHERE "startTime" >= '${from}'::timestamptz AND "startTime" < '${to}'::timestamptz
        GROUP BY 1 ORDER BY total DESC LIMIT 100`,
    },
    {
      path: `/spend/logs?${dates}`,
      sql: `SELECT api_key, "user", model, "startTime", SUM(spend) FROM ${log} WHERE ${inside} GROUP BY 1, 2, 3, 4`,
    },
    { path: `/global/spend/report?${dates}`, sql: parts("team_name", "COALESCE(tt.team_alias, 'Unassigned Team')") },
    { path: `/global/spend/report?group_by=customer&${dates}`, sql: parts("customer", "sl.end_user") },
    { path: `/global/spend/report?group_by=api_key&${dates}`, sql: byKey },
  ];
}
