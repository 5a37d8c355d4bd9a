import type { Socket } from "bun";

/** Waits of answered requests in milliseconds, and requests that went wrong. */
export type Tally = { waits: number[]; failures: Map<string, number> };

const HEAD_END = new TextEncoder().encode("\r\n\r\n");

/** Notes one more failure of a kind. */
export function noteFailure({ failures }: Tally, kind: string): void {
  failures.set(kind, (failures.get(kind) ?? 0) + 1);
}

/**
 * Keeps one connection and asks a path about every `everyMs`, the first time at once. `stopped` ends it; what is not
 * answered by 2xx is a failure.
 */
export async function politeClient(
  port: number,
  pathOf: () => string,
  everyMs: number,
  tally: Tally,
  stopped: AbortSignal,
): Promise<void> {
  let sentAt = 0;
  let missing = -1;
  let head: Buffer = Buffer.alloc(0);
  const ask = (socket: Socket): void => {
    if (stopped.aborted) return void socket.end();
    sentAt = performance.now();
    socket.write(`GET ${pathOf()} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept-Encoding: gzip\r\n\r\n`);
  };
  await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: ask,
      data(socket, chunk) {
        if (missing < 0) {
          head = Buffer.concat([head, chunk]);
          const end = head.indexOf(HEAD_END);
          if (end < 0) return;
          const text = head.toString("latin1", 0, end);
          if (!/^HTTP\/1\.1 2/.test(text)) noteFailure(tally, text.slice(0, 30).split("\r")[0] ?? "");
          missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (head.length - end - HEAD_END.length);
          head = Buffer.alloc(0);
        } else missing -= chunk.length;
        if (missing > 0) return;
        missing = -1;
        tally.waits.push(performance.now() - sentAt);
        setTimeout(() => ask(socket), everyMs * (0.5 + Math.random()));
      },
      close: () => {
        if (!stopped.aborted) noteFailure(tally, "closed");
      },
      error: () => noteFailure(tally, "connection"),
    },
  });
}

/** Opens a connection, writes a text at once, then a byte every `dripMs` (0: nothing more), and reads only where told to. */
export async function rudeClient(
  port: number,
  { first, dripMs, isReading }: { readonly first: string; readonly dripMs: number; readonly isReading: boolean },
  stopped: AbortSignal,
): Promise<void> {
  if (stopped.aborted) return;
  // What the server closes is opened again, as somebody would who means it.
  const again = (): void => {
    if (stopped.aborted) return;
    setTimeout(() => void rudeClient(port, { first, dripMs, isReading }, stopped).catch(() => undefined), 1000);
  };
  let drip: ReturnType<typeof setInterval> | undefined;
  const end = (): void => {
    clearInterval(drip);
    again();
  };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    socket: { data: () => undefined, close: end, error: () => clearInterval(drip) },
  });
  if (!isReading) socket.pause();
  socket.write(first);
  if (dripMs > 0) drip = setInterval(() => socket.write("x"), dripMs);
  stopped.addEventListener("abort", () => socket.terminate());
}
