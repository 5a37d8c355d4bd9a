import { type Cell, cellOf, type LabelReader, labelValue } from "./dimensions.ts";

/** What a series said of its deployment (`model_id`); null where it did not say. */
export type Deployment = Pick<Cell, "model" | "model_group" | "provider">;

/** Fills in the dimensions that a series does not name itself, from what other series said of its deployment. */
export type Deployments = {
  /** Remembers what a series says of its deployment. */
  learn(label: LabelReader): void;
  /** The dimensions of a series (accounting rule 11). */
  resolve(label: LabelReader): Cell;
  /** What was learned beyond what was known at first, by `model_id`, in the order of learning. */
  readonly news: readonly (readonly [string, Deployment])[];
};

/** What is known of one deployment. One behind a wildcard (`openai/*`) serves several models, each under its own group. */
type Known = {
  readonly models: Set<string>;
  readonly modelOf: Map<string, string>;
  readonly groupOf: Map<string, string>;
  firstGroup: string | null;
  provider: string | null;
};

/**
 * Recorded on LiteLLM 1.82: proxy counters have `requested_model`, spend has `model`, tokens have both, and nearly all
 * have `model_id`. The first word on a deployment is kept, so that a group does not change its name from page to page.
 * `known` is what was learned before, in the order of learning.
 */
export function createDeployments(known: Iterable<readonly [string, Deployment]>): Deployments {
  const all = new Map<string, Known>();
  const news: (readonly [string, Deployment])[] = [];
  for (const [id, deployment] of known) remember(all, id, deployment);
  return {
    news,
    learn(label) {
      const id = labelValue(label("model_id"));
      if (id === null) return;
      const { model, model_group, provider } = cellOf(label);
      if (remember(all, id, { model, model_group, provider })) news.push([id, { model, model_group, provider }]);
    },
    resolve(label) {
      const own = cellOf(label);
      const id = labelValue(label("model_id"));
      const learned = id === null ? undefined : all.get(id);
      const group = own.model_group ?? (learned ? groupIn(learned, own.model) : null);
      const model = own.model ?? (learned ? modelIn(learned, own.model_group) : null) ?? group;
      return { ...own, model, model_group: group ?? own.model, provider: own.provider ?? learned?.provider ?? null };
    },
  };
}

/** Adds what a series said; true where that was not known. */
function remember(all: Map<string, Known>, id: string, { model, model_group, provider }: Deployment): boolean {
  const known: Known = all.get(id) ?? {
    models: new Set(),
    modelOf: new Map(),
    groupOf: new Map(),
    firstGroup: null,
    provider: null,
  };
  all.set(id, known);
  const isNews =
    (provider !== null && known.provider === null) ||
    (model !== null && !known.models.has(model)) ||
    (model_group !== null && known.firstGroup === null) ||
    (model !== null && model_group !== null && !(known.modelOf.has(model_group) && known.groupOf.has(model)));
  known.provider ??= provider;
  known.firstGroup ??= model_group;
  if (model !== null) known.models.add(model);
  if (model !== null && model_group !== null) {
    if (!known.modelOf.has(model_group)) known.modelOf.set(model_group, model);
    if (!known.groupOf.has(model)) known.groupOf.set(model, model_group);
  }
  return isNews;
}

function modelIn({ models, modelOf }: Known, group: string | null): string | null {
  const [only] = models;
  return (group === null ? undefined : modelOf.get(group)) ?? (models.size === 1 && only !== undefined ? only : null);
}

function groupIn({ models, groupOf, firstGroup }: Known, model: string | null): string | null {
  return (model === null ? undefined : groupOf.get(model)) ?? (models.size > 1 ? null : firstGroup);
}
