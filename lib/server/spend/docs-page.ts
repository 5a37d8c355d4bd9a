import type { Route } from "./declaration.ts";
import { openApi } from "./openapi.ts";

/** The page holds its style and loads nothing. */
export const PAGE_HEADERS = {
  "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
  "Cache-Control": "no-cache",
  "X-Content-Type-Options": "nosniff",
} as const;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
article { border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: .5rem 0 }
h2 { font: 600 1rem ui-monospace, monospace; margin: .5rem 0; overflow-wrap: anywhere }
p { margin: .25rem 0 } dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: .5rem 0 }
dt { font-family: ui-monospace, monospace } dd { margin: 0 } small { opacity: .75 }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr } dd { margin-left: 1rem } }`;

type Parameter = {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string;
  readonly schema: { readonly default?: string };
};
type Operation = {
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
};

/** All routes as one readable page, from the same document that `/openapi.json` gives. */
export function docsPage(routes: readonly Route[], version: string, basePath = ""): string {
  const document = openApi(routes, version, basePath);
  // The document is made by this program, by the types above.
  const paths = document["paths"] as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const articles = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => articleOf(method, path, operation)),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>litellm-pulse API</title><style>${STYLE}</style></head>
<body><h1>litellm-pulse API</h1>
<p>${escaped((document["info"] as { readonly description: string }).description)}
The same as <a href="${escaped(basePath)}/openapi.json">OpenAPI document</a>. Version ${escaped(version)}.</p>
${articles.join("\n")}
</body></html>
`;
}

function articleOf(method: string, path: string, { summary, description, parameters = [] }: Operation): string {
  const list = parameters.map(({ name, required, description: what = "", schema }) => {
    const note = required ? " <small>required</small>" : defaultNote(schema.default);
    return `<dt>${escaped(name)}</dt><dd>${escaped(what)}${note}</dd>`;
  });
  const parameterList = list.length === 0 ? "" : `<dl>${list.join("")}</dl>`;
  return `<article><h2>${method.toUpperCase()} ${escaped(path)}</h2><p>${escaped(summary)}</p>${parameterList}<p><small>${escaped(description)}</small></p></article>`;
}

function defaultNote(value: string | undefined): string {
  return value === undefined ? "" : ` <small>default ${escaped(value)}</small>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
