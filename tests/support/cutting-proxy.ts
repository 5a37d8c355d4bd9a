import { connect, createServer, type Socket } from "node:net";

/** A way to a server on loopback that breaks where a test wants it to. */
export type CuttingProxy = Disposable & {
  readonly port: number;
  /** Resets every connection once so many more bytes have come from the server; `undefined` lets all through. */
  cutAfter: number | undefined;
  /** Loses every byte of either side, and leaves the connections open. */
  isSilent: boolean;
};

/** Opens it on a free port. */
export async function openCuttingProxy(serverPort: number): Promise<CuttingProxy> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, "127.0.0.1");
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => open.delete(socket));
    }
    client.on("data", (bytes: Buffer) => {
      if (!proxy.isSilent) upstream.write(bytes);
    });
    client.on("end", () => upstream.end());
    upstream.on("end", () => client.end());
    // A server that dies resets its connections.
    upstream.on("error", () => client.resetAndDestroy());
    upstream.on("data", (bytes: Buffer) => {
      if (proxy.isSilent) return;
      const left = proxy.cutAfter;
      if (left === undefined || bytes.length < left) {
        if (left !== undefined) proxy.cutAfter = left - bytes.length;
        client.write(bytes);
        return;
      }
      proxy.cutAfter = undefined;
      client.write(bytes.subarray(0, left), () => client.resetAndDestroy());
      upstream.destroy();
    });
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port");
  const proxy: CuttingProxy = {
    port: address.port,
    cutAfter: undefined,
    isSilent: false,
    [Symbol.dispose]() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  return proxy;
}
