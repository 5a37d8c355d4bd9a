/** What spend is grouped by. `model` is what the provider was asked, `model_group` what the client asked for. */
export const DIMENSIONS = ["model", "model_group", "provider", "team", "key", "user", "end_user"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The values of one group of series; null where the page does not say. */
export type Cell = { readonly [D in Dimension]: string | null };

/** Reads one label of a series; undefined where it is absent. */
export type LabelReader = (name: string) => string | undefined;

/** Where each dimension stands on LiteLLM's pages; the first label that has a value counts (LiteLLM 1.82 to 1.101). */
const LABELS: { readonly [D in Dimension]: readonly string[] } = {
  model: ["model"],
  model_group: ["requested_model"],
  provider: ["api_provider"],
  team: ["team_alias", "team"],
  key: ["api_key_alias", "hashed_api_key"],
  user: ["user", "user_email"],
  end_user: ["end_user"],
};

/** The dimensions that the labels of a series name themselves. */
export function cellOf(label: LabelReader): Cell {
  return {
    model: firstValue(label, LABELS.model),
    model_group: firstValue(label, LABELS.model_group),
    provider: firstValue(label, LABELS.provider),
    team: firstValue(label, LABELS.team),
    key: firstValue(label, LABELS.key),
    user: firstValue(label, LABELS.user),
    end_user: firstValue(label, LABELS.end_user),
  };
}

/** The cell of what is known by its model alone. */
export function cellOfModel(model: string): Cell {
  return { ...cellOf(() => undefined), model };
}

/** A label's value as a person wrote it: LiteLLM prints unset as `None` and escapes quotes and backslashes itself. */
export function labelValue(raw: string | undefined): string | null {
  if (raw === undefined || raw === "" || raw === "None") return null;
  return raw.includes("\\") ? raw.replace(/\\(["\\])/g, "$1") : raw;
}

function firstValue(label: LabelReader, names: readonly string[]): string | null {
  for (const name of names) {
    const value = labelValue(label(name));
    if (value !== null) return value;
  }
  return null;
}
