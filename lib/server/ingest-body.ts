import type { IntakeValue } from "../ledger/intake.ts";

/**
 * The values of a body as LiteLLM's `generic_api` callback sends it: a JSON list, one object, or an object a line
 * (`json_array`, `single`, `ndjson`; all three under the same content type). Undefined where nothing of it is JSON.
 */
export function ingestValues(text: string): IntakeValue[] | undefined {
  const whole = parse(text);
  if ("value" in whole) {
    if (Array.isArray(whole.value)) return whole.value.map((value: unknown) => ({ value }));
    return typeof whole.value === "object" && whole.value !== null ? [whole] : undefined;
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const values = lines.map(parse);
  return values.some((each) => "value" in each) ? values : undefined;
}

function parse(text: string): IntakeValue {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { reason: "it is not JSON" };
  }
}
