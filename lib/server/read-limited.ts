/** The text of a body, or undefined where it is longer than the limit: then the rest is not read. */
export async function readLimited(request: Request, mostBytes: number): Promise<string | undefined> {
  const announced = Number(request.headers.get("Content-Length") ?? 0);
  if (announced > mostBytes) return undefined;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
