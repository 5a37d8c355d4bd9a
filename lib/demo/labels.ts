import type { RequestEvent } from "./event.ts";

/** Every label that a family of LiteLLM's may carry here. */
export type Label =
  | "api_base"
  | "api_key_alias"
  | "api_provider"
  | "client_ip"
  | "end_user"
  | "exception_class"
  | "exception_status"
  | "hashed_api_key"
  | "litellm_model_name"
  | "model"
  | "model_group"
  | "model_id"
  | "org_alias"
  | "org_id"
  | "requested_model"
  | "route"
  | "service_tier"
  | "status_code"
  | "team"
  | "team_alias"
  | "user"
  | "user_agent"
  | "user_email";

const API_BASES: ReadonlyMap<string, string> = new Map([
  ["openai", "https://api.openai.com"],
  ["anthropic", "https://api.anthropic.com/v1/messages"],
  ["azure", "https://homelab.openai.azure.com"],
  ["ollama", "http://192.0.2.20:11434"],
]);

/** Exception classes of recorded pages, without the provider's name that LiteLLM puts before them. */
const EXCEPTIONS: ReadonlyMap<number, string> = new Map([
  [400, "BadRequestError"],
  [408, "Timeout"],
  [429, "RateLimitError"],
  [500, "InternalServerError"],
]);

/** The value that LiteLLM gives a label for a request, before any escaping; `undefined` where it has none. */
export function labelValue(label: Label, event: RequestEvent): string | undefined {
  switch (label) {
    case "api_base":
      return API_BASES.get(event.provider) ?? "";
    case "api_key_alias":
      return event.key.alias;
    case "api_provider":
      return event.provider === "" ? undefined : event.provider;
    case "client_ip":
      return event.clientIp;
    case "end_user":
      return event.endUser;
    case "exception_class":
      return exceptionClass(event);
    case "exception_status":
    case "status_code":
      return String(event.status);
    case "hashed_api_key":
      return event.key.hash;
    case "litellm_model_name":
    case "model":
      return event.model;
    case "model_group":
    case "requested_model":
      return event.modelGroup;
    case "model_id":
      return event.modelId;
    case "org_alias":
    case "org_id":
      return undefined;
    case "route":
      return event.route;
    case "service_tier":
      return "";
    case "team":
      return event.team.id;
    case "team_alias":
      return event.team.alias;
    case "user":
      return event.user;
    case "user_agent":
      return event.userAgent;
    case "user_email":
      return event.userEmail;
    default:
      return label satisfies never;
  }
}

/** All that the labels of a request's series depend on, as one text: equal texts mean the same series. */
export function identityOf(event: RequestEvent): string {
  const who = [event.key.hash, event.key.alias, event.team.id, event.team.alias, event.user, event.userEmail];
  const what = [event.modelId, event.modelGroup, event.model, event.provider, event.status];
  const where = [event.clientIp, event.userAgent, event.route, event.endUser];
  return JSON.stringify([...who, ...what, ...where]);
}

function exceptionClass(event: RequestEvent): string {
  if (event.modelId === undefined) return "ProxyModelNotFoundError";
  const provider = event.provider.charAt(0).toUpperCase() + event.provider.slice(1);
  return `${provider}.${EXCEPTIONS.get(event.status) ?? "APIError"}`;
}
