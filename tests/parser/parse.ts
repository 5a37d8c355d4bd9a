import type { ExpositionFormat } from "../../lib/parser/exposition-format.ts";
import type { Page, PageOutcome } from "../../lib/parser/page.ts";
import { PageParser } from "../../lib/parser/page-parser.ts";

type ParseOptions = { readonly wants?: (name: string) => boolean; readonly format?: ExpositionFormat };

/** What the parser makes of a body that comes in these chunks; every name is wanted unless told otherwise. */
export function parseChunks(chunks: Iterable<Uint8Array>, { wants, format }: ParseOptions = {}): PageOutcome {
  const parser = new PageParser({ wants: wants ?? (() => true), format: format ?? "text" });
  for (const chunk of chunks) parser.push(chunk);
  return parser.finish();
}

export function parse(body: string | Uint8Array, options?: ParseOptions): PageOutcome {
  return parseChunks([typeof body === "string" ? new TextEncoder().encode(body) : body], options);
}

/** The page that a good body is; throws where it is refused. */
export function parsePage(body: string | Uint8Array, options?: ParseOptions): Page {
  const outcome = parse(body, options);
  if (outcome.kind === "refused") throw new Error(outcome.message);
  return outcome.page;
}
