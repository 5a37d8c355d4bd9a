import fc from "fast-check";
import type { LogRow, People } from "./spend-world.ts";

/** A Saturday evening. */
export const NOW = Date.parse("2026-11-21T21:00:00Z");
const DAY = 86_400_000;
const DAYS = 50;

/** Names that are easily confused, or that something could choke on. */
export const USERS = ["ben", "cleo", "", null, "null", 'O\'Neil "q"', "__proto__"];
export const KEYS = ["sk-made-a", "sk-made-b", "sk-made-c", ""];
export const TEAMS = ["t-search", "t-core", "t-noname", "t-gone", "", null];
export const CUSTOMERS = ["acme", "globex", "", null, "null", "ünï", "%", "_"];
export const MODELS = ["gpt-4o", "claude", "", "ollama/llama3.1:8b"];
const GROUPS = ["smart", "", null, "local", "null"];
const PROVIDERS = ["openai", "anthropic", "", null];
export const TAGS = ["prod", "chat", "", "all", 'a"b', "x,y"];
const SESSIONS = ["s1", "s2", "", null];

/** The token of a key that is given as text; the empty one stands for itself. */
export function tokenOf(key: string): string {
  return key === "" ? "" : new Bun.CryptoHasher("sha256").update(key).digest("hex");
}

/** Times near midnights and within days; some rows share one. */
const at = fc
  .tuple(fc.integer({ min: 0, max: DAYS }), fc.constantFrom(0, 1, 59_999, 43_200_000, DAY - 1, 5_000_123))
  .map(([days, ms]) => Math.min(Math.floor(NOW / DAY) * DAY - days * DAY + ms, NOW - 1));

const row = fc.record({
  at,
  key: fc.constantFrom(...KEYS),
  user: fc.constantFrom(...USERS),
  team: fc.constantFrom(...TEAMS),
  endUser: fc.constantFrom(...CUSTOMERS),
  model: fc.constantFrom(...MODELS),
  group: fc.constantFrom(...GROUPS),
  provider: fc.constantFrom(...PROVIDERS),
  tags: fc.option(fc.uniqueArray(fc.constantFrom(...TAGS), { maxLength: 3 }), { nil: null }),
  session: fc.constantFrom(...SESSIONS),
  spend: fc.constantFrom(0, 0.000_016, 0.1, 0.2, 1.005, 12.345_678),
  prompt: fc.nat({ max: 5000 }),
  completion: fc.nat({ max: 500 }),
  isFailure: fc.boolean(),
  ms: fc.nat({ max: 9000 }),
  hasStatus: fc.boolean(),
});

/** Made-up rows; the same seed gives the same ones. */
export function madeUpRows(count: number, seed = 7): LogRow[] {
  return fc.sample(row, { numRuns: count, seed }).map((made, index) => ({
    request_id: `made-${index}`,
    call_type: "acompletion",
    api_key: tokenOf(made.key),
    spend: made.spend,
    total_tokens: made.prompt + made.completion,
    prompt_tokens: made.prompt,
    completion_tokens: made.completion,
    startTime: new Date(made.at).toISOString(),
    endTime: new Date(made.at + made.ms).toISOString(),
    request_duration_ms: made.hasStatus ? made.ms : null,
    completionStartTime: null,
    model: made.model,
    model_id: "dep",
    model_group: made.group,
    custom_llm_provider: made.provider,
    api_base: "https://one.example.org",
    user: made.user,
    metadata: made.isFailure
      ? { status: "failure", error_information: { error_code: "429", error_message: "Rate limit reached" } }
      : { user_api_key_alias: `alias of ${made.key}` },
    cache_hit: "False",
    cache_key: "Cache OFF",
    request_tags: made.tags,
    team_id: made.team,
    end_user: made.endUser,
    requester_ip_address: "192.0.2.7",
    session_id: made.session,
    status: made.isFailure ? "failure" : made.hasStatus ? "success" : null,
    organization_id: null,
  }));
}

const keyOf = (key: string, user: string | null) => ({
  key,
  token: tokenOf(key),
  key_name: `sk-...${key.slice(-4)}`,
  key_alias: `alias of ${key}`,
  user_id: user,
  team_id: null,
  blocked: null,
  expires: null,
});

/** The people of the made-up rows: an admin, and two users with keys of their own. */
export const MADE_UP_PEOPLE: People = {
  keys: [keyOf("sk-boss", "boss"), keyOf("sk-made-a", "ben"), keyOf("sk-made-b", "cleo")],
  users: [
    { user_id: "boss", user_alias: null, user_email: null, user_role: "proxy_admin", spend: 0 },
    { user_id: "ben", user_alias: null, user_email: null, user_role: "internal_user", spend: 1 },
    { user_id: "cleo", user_alias: null, user_email: null, user_role: "internal_user_viewer", spend: 2 },
  ],
  teams: [
    { team_id: "t-search", team_alias: "Search", members_with_roles: [{ user_id: "ben", role: "admin" }] },
    { team_id: "t-core", team_alias: "Search", members_with_roles: [{ user_id: "cleo", role: "user" }] },
    { team_id: "t-noname", team_alias: null, members_with_roles: [] },
  ],
  error_logs: [],
};
