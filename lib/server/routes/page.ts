import { Hono } from "hono";
import { accepts } from "hono/accepts";
import { type Body, createBody, sendBody } from "../answers/body.ts";
import { sendError } from "../answers/json.ts";
import type { ApiDeps } from "../api.ts";
import type { RouteEntry } from "../openapi/route-entry.ts";
import { PAGE_HEADERS, type Page } from "../page.ts";

/** What this file serves, besides `/`, which stands with what it answers to others. */
export const PAGE_ROUTES: readonly RouteEntry[] = [
  {
    method: "GET",
    path: "/assets/:file",
    access: "everyone",
    help: "A file of the dashboard, which holds no numbers",
  },
];

const HTML = "text/html";
const JSON_TYPE = "application/json";

type ReadyPage = {
  readonly html: Body;
  readonly files: ReadonlyMap<string, Body>;
};

/** `/` for browsers and `/assets/{file}`: the dashboard. Open to everyone, as there are no numbers in it. */
export function pageRoutes({ page, basePath }: Pick<ApiDeps, "page" | "basePath">): Hono {
  let loading: Promise<ReadyPage> | undefined;
  const ready = () => {
    loading ??= page().then(prepare);
    return loading;
  };
  return new Hono()
    .get("/", async (context, next) => {
      const wanted = accepts(context, { header: "Accept", supports: [HTML, JSON_TYPE], default: JSON_TYPE });
      if (wanted !== HTML) {
        await next();
        context.res.headers.set("Vary", PAGE_HEADERS.Vary);
        return;
      }
      const { pathname, search } = new URL(context.req.url);
      // The page's own URLs are relative, so that it works under any path, but for that it needs the slash.
      if (!pathname.endsWith("/")) return context.redirect(`${basePath}/${search}`, 308);
      return sendBody(context.req.raw, (await ready()).html);
    })
    .get("/assets/:file", async (context) => {
      const file = (await ready()).files.get(context.req.param("file"));
      if (!file) return sendError(context, 404, { error: "There is no such file; reload the page" });
      return sendBody(context.req.raw, file);
    });
}

function prepare({ html, files }: Page): ReadyPage {
  return {
    html: createBody(new TextEncoder().encode(html), PAGE_HEADERS),
    files: new Map([...files].map(([name, { type, bytes }]) => [name, createBody(bytes, fileHeaders(type))])),
  };
}

/** The name of a file changes with what is in it. */
function fileHeaders(type: string) {
  return {
    "Content-Type": type,
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
  };
}
