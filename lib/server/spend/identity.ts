import type { Context } from "hono";
import type { Caller } from "../../query/spend/reply.ts";
import { bareKey, bearerKey, isSameKey } from "../bearer.ts";
import type { Attempts } from "./attempts.ts";
import type { VirtualKeys } from "./virtual-keys.ts";

/** The headers that LiteLLM takes a key from, beside `Authorization`. */
const KEY_HEADERS = ["x-litellm-api-key", "api-key"];

/** Who asks, or how they are turned away. */
export type Identity =
  | { readonly kind: "caller"; readonly caller: Caller }
  | {
      readonly kind: "refused";
      readonly status: 401 | 403 | 429;
      readonly error: string;
      readonly hint: string;
    };

/** How callers of the spend API are told apart. */
export type IdentityDeps = {
  /** The configured key, whose bearer is an admin. */
  readonly apiKey: string | undefined;
  /** LiteLLM's virtual keys; undefined where they are not taken for identities. */
  readonly virtualKeys: VirtualKeys | undefined;
  readonly attempts: Attempts;
  /** Whether the request comes from this machine, and nobody else can reach the server. */
  readonly isLocal: (context: Context) => boolean;
  readonly addressOf: (context: Context) => string;
};

const UNKNOWN: Identity = {
  kind: "refused",
  status: 401,
  error: "This API asks for a key, and the one that was sent is not valid",
  hint: 'Send "Authorization: Bearer <key>" with a key that is neither blocked nor expired',
};

/** Finds out who asks. @throws whatever the database's client throws. */
export async function identify(context: Context, deps: IdentityDeps): Promise<Identity> {
  const { apiKey, virtualKeys, attempts } = deps;
  if (apiKey === undefined && virtualKeys === undefined) {
    return deps.isLocal(context) ? { kind: "caller", caller: { kind: "admin" } } : refusedWithoutKeys();
  }
  const given = keyOf(context);
  if (given === undefined) return refusedWithoutOne(virtualKeys !== undefined);
  if (apiKey !== undefined && isSameKey(given, apiKey)) return { kind: "caller", caller: { kind: "admin" } };
  const address = deps.addressOf(context);
  const known = virtualKeys?.known(given);
  if (known === undefined && attempts.isFull(address)) {
    const hint = "Wait a few seconds, and check the key";
    return { kind: "refused", status: 429, error: "Too many attempts with keys that are not valid", hint };
  }
  const reading = known ?? (await virtualKeys?.read(given)) ?? { kind: "unknown" };
  switch (reading.kind) {
    case "caller":
      return reading;
    case "powerless":
      return {
        kind: "refused",
        status: 403,
        error: "This key has no user with a role that may see spend",
        hint: "Use a key of an admin or of an internal user",
      };
    case "unknown":
      await attempts.fail(address);
      return UNKNOWN;
    default:
      return reading satisfies never;
  }
}

/** The key that a request carries; the first header that LiteLLM would take. */
function keyOf(context: Context): string | undefined {
  for (const header of KEY_HEADERS) {
    const given = bareKey(context.req.raw.headers.get(header));
    if (given !== undefined) return given;
  }
  return bearerKey(context.req.raw.headers.get("Authorization"));
}

function refusedWithoutKeys(): Identity {
  return {
    kind: "refused",
    status: 401,
    error: "This answer shows what people spend",
    hint: 'Set LITELLM_PULSE_API_KEY and send "Authorization: Bearer <LITELLM_PULSE_API_KEY>", set LITELLM_PULSE_AUTH=litellm and send a LiteLLM key, or set LITELLM_PULSE_HOST to 127.0.0.1 and ask from that machine',
  };
}

function refusedWithoutOne(takesVirtualKeys: boolean): Identity {
  const key = takesVirtualKeys ? "a LiteLLM key" : "<LITELLM_PULSE_API_KEY>";
  return {
    kind: "refused",
    status: 401,
    error: "This API asks for a key",
    hint: `Send "Authorization: Bearer ${takesVirtualKeys ? "<LiteLLM key>" : key}"`,
  };
}
