import { createPages } from "./page.ts";

declare const self: Worker;

/** Serves pages in a thread of its own, so that making them delays no client; tells its port, and the moment of each scrape. */
self.onmessage = ({ data }: MessageEvent<{ readonly models: number }>) => {
  const page = createPages(data.models);
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => {
      self.postMessage({ scrapedAt: performance.timeOrigin + performance.now() });
      return new Response(page(), { headers: { "Content-Type": "text/plain; version=0.0.4" } });
    },
  });
  self.postMessage({ port: server.port });
};
