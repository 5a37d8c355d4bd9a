import { type Cell, cellOf, type LabelReader, labelValue } from "./dimensions.ts";

/** What a deployment (`model_id`) is known to stand for. */
export type Deployment = Pick<Cell, "model" | "model_group" | "provider">;

/** Fills in the dimensions that a series does not name itself, from what other series said of its deployment. */
export type Deployments = {
  /** Remembers what a series says of its deployment; true when that is news. */
  learn(label: LabelReader): boolean;
  /** The dimensions of a series (DESIGN, accounting rule 11). */
  resolve(label: LabelReader): Cell;
  /** Everything known, by `model_id`. */
  readonly all: ReadonlyMap<string, Deployment>;
};

/**
 * Recorded on LiteLLM 1.82: proxy counters have `requested_model`, spend has `model`, tokens have both, and nearly all
 * have `model_id`. The first word on a deployment is kept, so that a group does not change its name from page to page.
 */
export function createDeployments(known: Iterable<readonly [string, Deployment]>): Deployments {
  const all = new Map(known);
  return {
    all,
    learn(label) {
      const id = labelValue(label("model_id"));
      if (id === null) return false;
      const before = all.get(id);
      const { model, model_group, provider } = cellOf(label);
      const after = {
        model: before?.model ?? model,
        model_group: before?.model_group ?? model_group,
        provider: before?.provider ?? provider,
      };
      const isNews =
        after.model !== (before?.model ?? null) ||
        after.model_group !== (before?.model_group ?? null) ||
        after.provider !== (before?.provider ?? null);
      if (isNews) all.set(id, after);
      return isNews;
    },
    resolve(label) {
      const own = cellOf(label);
      const id = labelValue(label("model_id"));
      const learned = id === null ? undefined : all.get(id);
      const group = own.model_group ?? learned?.model_group ?? null;
      const model = own.model ?? learned?.model ?? own.model_group;
      return { ...own, model, model_group: group ?? own.model, provider: own.provider ?? learned?.provider ?? null };
    },
  };
}
