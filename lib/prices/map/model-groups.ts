import { isObject, type JsonObject, objectAt, shown, textAt } from "../json-value.ts";
import type { Deployment, ModelGroups } from "../prices.ts";
import type { PriceEntry } from "./price-entry.ts";
import { type EntryProblem, isRate, readEntry } from "./read-entry.ts";

export type ModelGroupsReading =
  | { readonly kind: "groups"; readonly groups: ModelGroups }
  | { readonly kind: "problem"; readonly problem: EntryProblem };

/** LiteLLM's `model_list` and `model_group_alias`; either may be absent. Of deployments of one name the last one counts. */
export function readModelGroups(list: unknown, alias: unknown): ModelGroupsReading {
  const deployments = new Map<string, Deployment>();
  if (list !== undefined && list !== null) {
    if (!Array.isArray(list)) return problem("model_list", "a list of deployments", list);
    for (const [index, item] of list.entries()) {
      const reading = readDeployment(item, `model_list[${index}]`);
      if (reading.kind === "problem") return reading;
      deployments.set(reading.name, reading.deployment);
    }
  }
  const aliases = new Map<string, string>();
  if (alias !== undefined && alias !== null) {
    if (!isObject(alias)) return problem("model_group_alias", "an object from alias to model group", alias);
    for (const [name, target] of Object.entries(alias)) {
      const group = isObject(target) ? textAt(target, "model") : target;
      if (typeof group !== "string") return problem(`model_group_alias.${name}`, "the name of a model group", target);
      aliases.set(name, group);
    }
  }
  return { kind: "groups", groups: { deployments, aliases } };
}

type DeploymentReading =
  | { readonly kind: "deployment"; readonly name: string; readonly deployment: Deployment }
  | { readonly kind: "problem"; readonly problem: EntryProblem };

function readDeployment(item: unknown, path: string): DeploymentReading {
  if (!isObject(item)) return problem(path, "a deployment with model_name and litellm_params", item);
  const name = textAt(item, "model_name");
  if (name === null) return problem(`${path}.model_name`, "the name that clients ask for", item["model_name"]);
  const params = objectAt(item, "litellm_params");
  const model = textAt(params, "model");
  if (model === null) return problem(`${path}.litellm_params.model`, "the model that is called", params?.["model"]);
  const info = objectAt(item, "model_info");
  const own = ownPrices(name, params, info);
  if (own !== null && "problem" in own) {
    const place = own.problem.key in (params ?? {}) ? "litellm_params" : "model_info";
    return { kind: "problem", problem: { ...own.problem, key: `${path}.${place}.${own.problem.key}` } };
  }
  const deployment: Deployment = {
    model,
    provider: textAt(params, "custom_llm_provider"),
    baseModel: textAt(info, "base_model") ?? textAt(params, "base_model"),
    prices: own,
  };
  return { kind: "deployment", name, deployment };
}

/** A deployment that names any price is billed by its own prices alone, what it leaves out is free (LiteLLM 1.82.6). */
function ownPrices(
  name: string,
  params: JsonObject | undefined,
  info: JsonObject | undefined,
): PriceEntry | { readonly problem: EntryProblem } | null {
  const given = { ...info, ...Object.fromEntries(Object.entries(params ?? {}).filter(([, value]) => value !== null)) };
  if (!Object.entries(given).some(([key, value]) => isRate(key) && value !== null)) return null;
  const reading = readEntry(name, given);
  return reading.kind === "entry" ? reading.entry : { problem: reading.problem };
}

function problem(key: string, expected: string, got: unknown): { kind: "problem"; problem: EntryProblem } {
  return { kind: "problem", problem: { key, expected, got: shown(got) } };
}
