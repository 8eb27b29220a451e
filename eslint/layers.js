/**
 * ESLint rule: inside packages/restate-sdk/src a file imports only from its own layer and from what
 * the table grants it. Type imports count, and so do packages: the SDK depends on its core alone.
 */
import { dirname, relative, resolve, sep } from "node:path";

const core = "@restatedev/restate-sdk-core";
/** The protocol as data. Above the machine nobody touches bytes. */
const vocabulary = ["protocol/messages", "protocol/message-types", "protocol/version"];
const described = [core, "api", "define", "context", "futures", "endpoint", "errors"];

/**
 * Who may import whom, bottom up. A key is a folder or one file; a grant is a folder, one file, a
 * package or `node:`. A file has the grants of its folder and its own.
 */
export const grants = {
  util: [],
  errors: [core, "util"],
  api: [core, "errors"],
  "api/node-endpoint": ["node:"],
  protocol: ["errors", "util"],
  machine: ["protocol", "errors", "util"],
  futures: [core, "machine", ...vocabulary, "api", "errors", "util"],
  context: [core, "futures", "machine", ...vocabulary, "api", "errors", "util"],
  define: [core, "api", "errors", "util"],
  endpoint: [
    core,
    "context",
    "define",
    "futures",
    "machine",
    ...vocabulary,
    "api",
    "errors",
    "util",
  ],
  adapters: ["node:", "endpoint/endpoint", "endpoint/handle", "endpoint/types", "api", "util"],
  public: described,
  deprecated: ["public", ...described],
  internal: ["public", ...described],
  node: ["public", "deprecated", "internal", "adapters"],
  fetch: ["public", "deprecated", "internal", "adapters"],
  lambda: ["public", "deprecated", "internal", "adapters"],
  transport: ["api", "endpoint/endpoint", "endpoint/handle", "endpoint/types"],
  index: ["node"],
};

/** @type {import("eslint").Rule.RuleModule} */
export default {
  meta: {
    type: "problem",
    docs: { description: "keep imports pointing down the layers" },
    schema: [{ type: "object", properties: { root: { type: "string" } }, required: ["root"] }],
    messages: {
      layer: "{{file}} must not import {{target}}: {{layer}} may import {{allowed}}.",
      unknown: "{{layer}} is in no layer: give it a row in the table of eslint/layers.js.",
    },
  },
  create(context) {
    const root = resolve(context.cwd, context.options[0].root);
    const file = toModuleName(root, context.filename);
    const layer = layerOf(file);
    const allowed = [...(grants[layer] ?? []), ...(file === layer ? [] : (grants[file] ?? []))];
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const target = specifier.startsWith(".")
        ? toModuleName(root, resolve(dirname(context.filename), specifier))
        : specifier;
      if (layerOf(target) === layer || allowed.some((grant) => covers(grant, target))) return;
      const data = { file, target, layer, allowed: allowed.join(", ") || "nothing" };
      context.report({ node, messageId: "layer", data });
    };
    return {
      Program(node) {
        if (!(layer in grants)) context.report({ node, messageId: "unknown", data: { layer } });
      },
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

/** `machine/phase` for `<root>/machine/phase.ts`. */
function toModuleName(root, path) {
  return relative(root, path)
    .split(sep)
    .join("/")
    .replace(/\.[jt]s$/, "");
}

function layerOf(moduleName) {
  return moduleName.split("/", 1)[0];
}

function covers(grant, target) {
  return target === grant || target.startsWith(grant.endsWith(":") ? grant : `${grant}/`);
}
