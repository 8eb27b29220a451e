/** The little SVG that plots need, with colours for light and dark pages. */
import type { Variant } from "./bundles.js";

export type Tone = Variant | "ink" | "muted" | "grid";

/** Figures have an opaque background, since a page's colours may differ from what the browser prefers. */
const COLOURS: Record<Tone | "paper", { readonly light: string; readonly dark: string }> = {
  paper: { light: "#ffffff", dark: "#0d1117" },
  ink: { light: "#1f2328", dark: "#e6edf3" },
  muted: { light: "#59636e", dark: "#9198a1" },
  grid: { light: "#d8dee4", dark: "#2b3138" },
  floor: { light: "#8c959f", dark: "#8b949e" },
  ours: { light: "#0969da", dark: "#58a6ff" },
  official: { light: "#d1661b", dark: "#f0943f" },
};
const FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";

export function svg(options: {
  readonly width: number;
  readonly height: number;
  /** What a screen reader says. */
  readonly description: string;
  readonly parts: readonly string[];
}): string {
  const { width, height, description, parts } = options;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(description)}">
<style>
text { font-family: ${FONT}; font-size: 13px; }
.title { font-size: 16px; font-weight: 600; }
.small { font-size: 12px; }
${rules("light")}
@media (prefers-color-scheme: dark) {
${rules("dark")}
}
</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
${parts.join("\n")}
</svg>
`;
}

export function text(
  content: string,
  at: { readonly x: number; readonly y: number },
  look: {
    readonly tone?: Tone;
    readonly anchor?: "start" | "middle" | "end";
    readonly size?: "title" | "small";
  } = {},
): string {
  const { tone = "ink", anchor = "start", size = "" } = look;
  const classes = [tone, size].filter(Boolean).join(" ");
  return `<text class="${classes}" x="${round(at.x)}" y="${round(at.y)}" text-anchor="${anchor}">${escape(content)}</text>`;
}

export function line(
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  tone: Tone,
): string {
  return `<line class="${tone}-line" x1="${round(from.x)}" y1="${round(from.y)}" x2="${round(to.x)}" y2="${round(to.y)}"/>`;
}

export function bar(
  at: { readonly x: number; readonly y: number },
  size: { readonly width: number; readonly height: number },
  tone: Tone,
): string {
  return `<rect class="${tone}" x="${round(at.x)}" y="${round(at.y)}" width="${round(Math.max(size.width, 1))}" height="${size.height}" rx="2"/>`;
}

/** A shape of its own for each variant, so that colours are not needed to tell them apart. */
export function mark(
  { x, y }: { readonly x: number; readonly y: number },
  variant: Variant,
): string {
  switch (variant) {
    case "floor":
      return `<path class="floor" d="M${round(x)} ${round(y - 6)}l6 6l-6 6l-6 -6z"/>`;
    case "ours":
      return `<circle class="ours" cx="${round(x)}" cy="${round(y)}" r="5.5"/>`;
    case "official":
      return `<rect class="official" x="${round(x - 5)}" y="${round(y - 5)}" width="10" height="10"/>`;
  }
}

function rules(scheme: "light" | "dark"): string {
  return Object.entries(COLOURS)
    .map(([tone, { [scheme]: colour }]) => {
      const width = tone === "grid" ? 1 : 2;
      return `.${tone} { fill: ${colour}; } .${tone}-line { stroke: ${colour}; stroke-width: ${width}; }`;
    })
    .join("\n");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
