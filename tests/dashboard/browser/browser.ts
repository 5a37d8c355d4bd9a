import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** A page in a tab of its own; `problems` are what went wrong in it. */
export type Tab = AsyncDisposable & {
  readonly page: Page;
  /** Errors, refusals of the Content-Security-Policy, and requests to anywhere but the server. */
  readonly problems: string[];
  /** The addresses that were asked for. */
  readonly requests: string[];
};

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The system's Chromium; undefined where there is none. */
export function chromiumPath(): string | undefined {
  const set = process.env["LITELLM_PULSE_CHROMIUM"];
  if (set) return set;
  return NAMES.map((name) => Bun.which(name)).find((path) => path !== null) ?? undefined;
}

/** Starts the browser. One serves a whole test file, as it takes a second to start. */
export function launch(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error("There is no Chromium: run make setup-browser");
  // Its own sandbox does not work for root and in containers; it only sees pages of ours.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

/**
 * Opens a tab of which it notes what goes wrong. Servers are on ports of their own, so that tabs share a browser's profile
 * and nothing in it; with options a tab has a profile for itself.
 */
export async function openTab(browser: Browser, origin: string, options?: BrowserContextOptions): Promise<Tab> {
  const shared = options ? undefined : browser.contexts()[0];
  const context = shared ?? (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options }));
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => problems.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => {
    requests.push(request.url());
    if (!request.url().startsWith(origin)) problems.push(`asked ${request.url()}`);
  });
  page.on("console", (message) => {
    // Refusals of the policy are errors; Chromium also notes each answer that is not 2xx, which the page expects.
    if (["error", "warning"].includes(message.type()) && !message.text().startsWith("Failed to load resource")) {
      problems.push(message.text());
    }
  });
  return { page, problems, requests, [Symbol.asyncDispose]: () => (options ? context.close() : page.close()) };
}
