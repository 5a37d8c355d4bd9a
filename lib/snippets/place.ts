/** What the snippets are filled with: this program as its user has set it up. Nothing secret is in it. */
export type Place = {
  /** Where other machines reach our API, without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** The path that everything is served under; empty where it is the root. */
  readonly basePath: string;
  readonly timezone: string;
  /** LiteLLM's metrics page, `***` where it holds a user and password. */
  readonly metricsUrl: string;
  readonly scrapeIntervalSeconds: number;
  /** Whether our API asks for a key, and whether LiteLLM's page does; the keys themselves are never printed. */
  readonly hasApiKey: boolean;
  readonly hasMetricsKey: boolean;
  /** Absolute paths of the database and of this program. */
  readonly dbPath: string;
  readonly program: string;
};

/** One thing to paste, under the name by which it is asked for. */
export type Part = {
  readonly name: string;
  /** Where it goes, in one line. */
  readonly help: string;
  text(place: Place): string;
};
