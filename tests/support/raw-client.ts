import { connect, type Socket } from "node:net";

/** One answer as it came over a socket; header names are in lower case, bytes of the body are characters. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
};

/** Opens a connection to a port of 127.0.0.1; rejects where that fails. What comes later is the caller's. */
export function openSocket(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      // A server that has had enough resets the connection: what it sent until then is what counts.
      socket.on("error", () => {});
      resolve(socket);
    });
  });
}

/** Sends each part on its own, as bytes, and gives all that comes until the server closes. */
export async function exchange(port: number, parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = await openSocket(port);
  const { promise, resolve } = Promise.withResolvers<void>();
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  for (const event of ["end", "close"]) socket.once(event, resolve);
  for (const part of parts) {
    await new Promise((sent) => socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part, sent));
  }
  await promise;
  socket.destroy();
  return Buffer.concat(chunks).toString("latin1");
}

/** What a server answered to one request. Throws where that is not exactly one answer. */
export async function ask(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<RawAnswer> {
  const text = await exchange(port, parts);
  const answer = /^HEAD /.test(String(parts[0])) ? headOnly(text) : parseAnswers(text);
  const [first, ...more] = answer;
  if (first === undefined || more.length > 0) throw new Error(`Expected one answer, got ${JSON.stringify(text)}`);
  return first;
}

/** Takes answers with bodies apart by their Content-Length; interim ones (1xx) are left out. */
export function parseAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== ""; ) {
    const [head, after] = parseHead(rest);
    const length = Number(head.headers.get("content-length") ?? 0);
    if (after.length < length) throw new Error(`A body was cut off: ${JSON.stringify(rest)}`);
    if (head.status >= 200) answers.push({ ...head, body: after.slice(0, length) });
    rest = after.slice(length);
  }
  return answers;
}

function headOnly(text: string): RawAnswer[] {
  const [head, body] = parseHead(text);
  return [{ ...head, body }];
}

function parseHead(text: string): [Omit<RawAnswer, "body">, string] {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1];
  if (end < 0 || status === undefined) throw new Error(`Not an answer: ${JSON.stringify(text)}`);
  const headers = new Map(lines.map((line) => split(line)));
  if (headers.size < lines.length) throw new Error(`A header stands twice: ${JSON.stringify(text)}`);
  return [{ status: Number(status), headers }, text.slice(end + 4)];
}

function split(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
