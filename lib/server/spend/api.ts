import { type Context, Hono, type MiddlewareHandler } from "hono";
import { sourceFailure } from "../../ledger/postgres/failure.ts";
import type { Problem } from "../../query/spend/reply.ts";
import { maySeePeople } from "../access.ts";
import { JSON_HEADERS, sendError } from "../answers/json.ts";
import type { Incoming } from "../http/incoming.ts";
import { createAttempts } from "./attempts.ts";
import type { LoneSources, Route, SpendSources } from "./declaration.ts";
import { docsPage, PAGE_HEADERS } from "./docs-page.ts";
import { type IdentityDeps, identify } from "./identity.ts";
import { createKeptReplies, type KeptReplies } from "./kept-replies.ts";
import { openApi } from "./openapi.ts";
import { readBody, readQuery } from "./read-input.ts";
import { SPEND_ROUTES } from "./routes/all.ts";
import { sendReply, type WrittenReply, writtenReply } from "./send.ts";
import { createVirtualKeys } from "./virtual-keys.ts";

/** What the spend API is made from. Everything in it comes from the caller. */
export type SpendDeps = LoneSources & {
  /** The version of this program. */
  readonly version: string;
  /** The path under which everything is served: empty where it is not said. */
  readonly basePath?: string;
  /** Where answers come from, or why there is no ledger. */
  readonly sources: () => Promise<SpendSources | Problem>;
  readonly access: {
    readonly apiKey: string | undefined;
    /** Whether the server listens on a loopback address only. */
    readonly isLoopbackOnly: boolean;
    /** LiteLLM's keys are identities (`LITELLM_PULSE_AUTH=litellm`). */
    readonly takesVirtualKeys: boolean;
  };
  /** LiteLLM's tables, for the keys. */
  readonly litellm: SpendSources["litellm"];
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
};

/** LiteLLM's spend API: every declared route behind the same door. */
export function createSpendApi(deps: SpendDeps): Hono {
  const { litellm, access, now } = deps;
  const { apiKey, isLoopbackOnly } = access;
  const identity: IdentityDeps = {
    apiKey,
    isLocal: (context) => maySeePeople(context, { apiKey: undefined, isLoopbackOnly }),
    addressOf,
    virtualKeys: access.takesVirtualKeys && litellm !== undefined ? createVirtualKeys(litellm, now) : undefined,
    attempts: createAttempts(now, deps.sleep),
  };
  const keep = createKeptReplies();
  const app = new Hono({ strict: false });
  for (const route of SPEND_ROUTES) {
    const path = route.path.replace(/\{(\w+)\}/g, ":$1");
    app.use(path, onlyMethod(route.method));
    app.on(route.method, path, async (context) => {
      try {
        return await answer(context, route, deps, { identity, keep });
      } catch (error) {
        const failure = litellm === undefined ? undefined : sourceFailure(error, litellm.client.address);
        if (failure === undefined) throw error;
        return sendError(context, 503, { error: failure.message });
      }
    });
  }
  let document: WrittenReply | undefined;
  app.use("/openapi.json", onlyMethod("GET")).get("/openapi.json", (context) => {
    document ??= writtenReply({ kind: "value", value: openApi(SPEND_ROUTES, deps.version, deps.basePath) });
    return sendReply(context, document);
  });
  app.use("/docs", onlyMethod("GET")).get("/docs", (context) => {
    return context.html(docsPage(SPEND_ROUTES, deps.version, deps.basePath), 200, PAGE_HEADERS);
  });
  const available = SPEND_ROUTES.map(({ method, path }) => `${method} ${path}`);
  return app
    .notFound((context) => sendError(context, 404, { error: "There is nothing at this address", available }))
    .onError((error) => {
      throw error; // Bugs and the database's errors are answered by the app that this one is part of.
    });
}

function addressOf(context: Context): string {
  const incoming: Incoming | undefined = context.env;
  return incoming?.address?.() ?? "";
}

/** Answers OPTIONS, and every method but a route's own with 405. HEAD comes as GET. */
function onlyMethod(expected: Route["method"]): MiddlewareHandler {
  const allowed = expected === "GET" ? "GET, HEAD, OPTIONS" : "POST, OPTIONS";
  return async (context, next) => {
    const { method } = context.req;
    if (method === expected || (method === "HEAD" && expected === "GET")) {
      await next();
      return;
    }
    context.header("Allow", allowed);
    if (method === "OPTIONS") return context.body(null, 204, JSON_HEADERS);
    return sendError(context, 405, { error: `${method} is not allowed here, expected ${expected}` });
  };
}

async function answer(
  context: Context,
  route: Route,
  deps: SpendDeps,
  { identity, keep }: { readonly identity: IdentityDeps; readonly keep: KeptReplies },
): Promise<Response> {
  const who = await identify(context, identity);
  if (who.kind === "refused") {
    if (who.status === 401) context.header("WWW-Authenticate", 'Bearer realm="litellm-pulse"');
    return sendError(context, who.status, { error: who.error, hint: who.hint });
  }
  if (route.access === "admin" && who.caller.kind === "user") return sendReply(context, adminsOnly());
  const query = readQuery(route.query, context.req.queries());
  if (query.kind === "problem") return sendReply(context, query);
  const body = route.method === "POST" ? readBody(route.body, await context.req.text()) : undefined;
  if (body?.kind === "problem") return sendReply(context, body);
  const asked = { query: query.value, body: body?.value, caller: who.caller };
  if (route.isLone) return sendReply(context, await route.reply(asked, deps));
  const sources = await deps.sources();
  if ("error" in sources) return sendReply(context, sources);
  return sendReply(context, await keep({ route, ...asked }, sources, async () => route.reply(asked, sources)));
}

function adminsOnly(): Problem {
  return {
    kind: "problem",
    status: 403,
    error: "This answer shows other people's spend",
    hint: "Ask with a key of a proxy_admin or proxy_admin_viewer",
  };
}
