/**
 * Who may ask: everyone; with a key where one is set; the same, and where people are named never without a key off
 * loopback; never without a key off loopback; the same with the key for records.
 */
export type RouteAccess = "everyone" | "key" | "key for people" | "people" | "ingest";

/** What a route file says of one of its routes. README's table is made of these, and a test holds them and Hono equal. */
export type RouteEntry = {
  readonly method: "GET" | "POST";
  /** As Hono has it: `/api/v1/metrics/:name`. */
  readonly path: string;
  /** Names of the query parameters. */
  readonly parameters?: readonly string[];
  readonly access: RouteAccess;
  /** What it answers, in one line. */
  readonly help: string;
};
