import type { TokenCount } from "./tokenizer.ts";

/** Width and height in pixels. */
type Size = { readonly width: number; readonly height: number };

/** Tokens of an image in low detail, and of half a tile in high detail. */
const BASE_TOKENS = 85;
const TILE_PIXELS = 512;
const SHORT_SIDE = 768;
const LONG_SIDE = 2000;
/** What LiteLLM takes for an image whose size it cannot tell. */
const UNKNOWN_SIZE: Size = { width: 300, height: 300 };

/**
 * Tokens of an image in a message (LiteLLM 1.82.6 `calculate_img_tokens`). `url` is a data URL or an address; high detail
 * depends on the image's size, and an address is not fetched: the count is then estimated.
 */
export function imageTokens(url: string, detail: "low" | "high" | "auto"): TokenCount {
  if (detail !== "high") return { tokens: BASE_TOKENS, isEstimated: false };
  const size = /^data:/i.test(url) ? sizeOf(Buffer.from(url.slice(url.indexOf(",") + 1), "base64")) : undefined;
  const { width, height } = resized(size ?? UNKNOWN_SIZE);
  const tiles = Math.ceil(width / TILE_PIXELS) * Math.ceil(height / TILE_PIXELS);
  return { tokens: BASE_TOKENS + BASE_TOKENS * 2 * tiles, isEstimated: size === undefined };
}

/** OpenAI's rule as LiteLLM applies it: the short side becomes 768, the long one 2000 at most. */
function resized({ width, height }: Size): Size {
  if (width <= SHORT_SIDE && height <= SHORT_SIDE) return { width, height };
  const ratio = Math.max(width, height) / Math.min(width, height);
  let short = SHORT_SIDE;
  let long = Math.trunc(short * ratio);
  if (long > LONG_SIDE) {
    long = LONG_SIDE;
    short = Math.trunc(long / ratio);
  }
  return width <= height ? { width: short, height: long } : { width: long, height: short };
}

/** The size that an image's own header tells (PNG, GIF, JPEG, WebP), or undefined. */
function sizeOf(image: Buffer): Size | undefined {
  try {
    if (image.toString("latin1", 1, 4) === "PNG") {
      return { width: image.readUInt32BE(16), height: image.readUInt32BE(20) };
    }
    if (image.toString("latin1", 0, 4) === "GIF8") {
      return { width: image.readUInt16LE(6), height: image.readUInt16LE(8) };
    }
    if (image.toString("latin1", 0, 4) === "RIFF") return webpSize(image);
    return image.readUInt16BE(0) === 0xffd8 ? jpegSize(image) : undefined;
  } catch {
    // Reading beyond the end of a header that was cut off: its size is unknown.
    return undefined;
  }
}

function webpSize(image: Buffer): Size | undefined {
  const format = image.toString("latin1", 12, 16);
  if (format === "VP8X") return { width: image.readUIntLE(24, 3) + 1, height: image.readUIntLE(27, 3) + 1 };
  if (format === "VP8 ") return { width: image.readUInt16LE(26) & 0x3fff, height: image.readUInt16LE(28) & 0x3fff };
  if (format !== "VP8L") return undefined;
  const bits = image.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

/** Walks over a JPEG's segments to the one that starts a frame. */
function jpegSize(image: Buffer): Size | undefined {
  let at = 2;
  while (image.readUInt8(at) === 0xff) {
    const marker = image.readUInt8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: image.readUInt16BE(at + 7), height: image.readUInt16BE(at + 5) };
    at += marker === 0xff ? 1 : 2 + image.readUInt16BE(at + 2);
  }
  return undefined;
}
