import { DAY, MINUTE } from "../../support/api.ts";
import { HOSTILE } from "./history.ts";

const ROWS = 900;
const PAST_DAYS = 12;
const MODELS = ["gpt-4o", HOSTILE, "llama-3.3"];

/** LiteLLM's request log of twelve days up to a minute ago, as JSON Lines: one in twenty requests failed. */
export function requestLog(): string {
  const now = Date.now() - MINUTE;
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const at = now - Math.floor(((index * 7919) % ROWS) * ((PAST_DAYS * DAY) / ROWS));
    const place = index % MODELS.length;
    const latency = (300 + ((index * 733) % 4000)) * (place + 1);
    return JSON.stringify({
      request_id: `request-${index}`,
      startTime: new Date(at).toISOString(),
      completionStartTime: new Date(at + latency / 4).toISOString(),
      endTime: new Date(at + latency).toISOString(),
      model: MODELS[place],
      custom_llm_provider: "openai",
      team_id: index % 2 ? "Homelab" : "Work",
      spend: 0.002,
      total_tokens: 120,
      prompt_tokens: 100,
      completion_tokens: 20,
      status: index % 20 === 0 ? "failure" : "success",
    });
  });
  return `${rows.join("\n")}\n`;
}
