/** What a load gave: answers a second, and the 99th percentile of the waits in milliseconds. */
export type Load = { readonly perSecond: number; readonly p99Ms: number; readonly failures: number };

const HEAD_END = new TextEncoder().encode("\r\n\r\n");

/** Asks one path over some kept connections, one request at a time on each, for a while. Loopback only. */
export async function load(port: number, path: string, clients: number, forMs: number): Promise<Load> {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const waits: number[] = [];
  let failures = 0;
  const endsAt = performance.now() + forMs;
  const client = async (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let sentAt = 0;
    let missing = -1;
    let head: Buffer = Buffer.alloc(0);
    await Bun.connect({
      hostname: "127.0.0.1",
      port,
      socket: {
        open(socket) {
          sentAt = performance.now();
          socket.write(request);
        },
        data(socket, chunk) {
          if (missing < 0) {
            head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
            const end = head.indexOf(HEAD_END);
            if (end < 0) return;
            const text = head.toString("latin1", 0, end);
            if (!text.startsWith("HTTP/1.1 200")) failures += 1;
            missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (head.length - end - HEAD_END.length);
            head = Buffer.alloc(0);
          } else missing -= chunk.length;
          if (missing > 0) return;
          missing = -1;
          const now = performance.now();
          waits.push(now - sentAt);
          if (now >= endsAt) {
            socket.end();
            resolve();
            return;
          }
          sentAt = now;
          socket.write(request);
        },
        close: () => resolve(),
        error: () => resolve(),
      },
    });
    await promise;
  };
  await Promise.all(Array.from({ length: clients }, client));
  waits.sort((a, b) => a - b);
  return {
    perSecond: (waits.length / forMs) * 1000,
    p99Ms: waits[Math.floor(waits.length * 0.99)] ?? Number.NaN,
    failures,
  };
}
