/** The token under which LiteLLM stores a virtual key: its SHA-256 in lower-case hex. */
export function keyToken(key: string): string {
  return new Bun.CryptoHasher("sha256").update(key).digest("hex");
}

/** A key that is given as `sk-…` by its token; anything else is one already. */
export function hashedKey(given: string): string {
  return given.startsWith("sk-") ? keyToken(given) : given;
}
