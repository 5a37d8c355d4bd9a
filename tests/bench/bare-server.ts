/** A server that does nothing but answer, in a process of its own as `serve` is: what HTTP itself costs here. */
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("{}") });
process.stderr.write(`Listening on ${server.url.origin}\n`);
