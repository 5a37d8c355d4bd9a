import { join } from "node:path";

/** A server's process under measurement. */
export type Service = {
  readonly pid: number;
  readonly port: number;
  /** Its address, without a slash at the end. */
  readonly url: string;
  /** Resolves with the status once the path answers with it. */
  until(path: string, status: number): Promise<void>;
  stop(): Promise<void>;
};

/** Starts `serve` on a free port and waits until it listens. */
export function startService(binary: string, env: Record<string, string>): Promise<Service> {
  return start([binary, "serve"], { ...env, LITELLM_PULSE_PORT: "0", LITELLM_PULSE_HOST: "127.0.0.1" });
}

/** Starts a server that does nothing but answer. */
export function startBareServer(): Promise<Service> {
  return start([process.execPath, join(import.meta.dir, "bare-server.ts")], {});
}

async function start(command: readonly string[], env: Record<string, string>): Promise<Service> {
  const child = Bun.spawn([...command], { env, stdout: "ignore", stderr: "pipe" });
  const port = await portOf(child.stderr);
  const url = `http://127.0.0.1:${port}`;
  return {
    pid: child.pid,
    port,
    url,
    async until(path, status) {
      for (let tries = 0; tries < 3000; tries++) {
        const response = await fetch(url + path);
        await response.arrayBuffer();
        if (response.status === status) return;
        await Bun.sleep(10);
      }
      throw new Error(`${path} did not answer ${status}`);
    },
    async stop() {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

/** Reads what a server says until it names its port, and goes on reading so that it never waits for us. */
function portOf(stderr: ReadableStream<Uint8Array>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stderr) {
      text = `${text}${decoder.decode(chunk, { stream: true })}`.slice(-10_000);
      const port = /Listening on http:\/\/[^ ]*:(\d+)/.exec(text)?.[1];
      if (port !== undefined) resolve(Number(port));
    }
    reject(new Error(`The server ended: ${text}`));
  };
  read().catch(reject);
  return promise;
}
