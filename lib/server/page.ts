/** A file of the dashboard; its name holds the hash of its content. */
type PageFile = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };

/** The dashboard: its HTML, which names its files as `assets/<name>`, and the files by that name. */
export type Page = { readonly html: string; readonly files: ReadonlyMap<string, PageFile> };

/** What the page may do: load what this server has, talk to this server, and stand in no other page. */
export const PAGE_HEADERS = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-cache",
  Vary: "Accept, Accept-Encoding",
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
} as const;
