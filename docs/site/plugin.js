/** Makes one site of guide and reference: pages under the titles of their headings, in the order in which they are to be read. */
import { fileURLToPath } from "node:url";
import { Converter, RendererEvent } from "typedoc";

import { deadLinks } from "./dead-links.js";

const repository = fileURLToPath(new URL("../../", import.meta.url)).replaceAll("\\", "/");

/** What a page belongs to. The first pattern that fits its path counts; pages that fit none are part of the project. */
const GROUPS = [
  [/^docs\/(getting-started|choosing|dos-and|moving|migrating)/, "Begin"],
  [/^docs\/(state|calls|concurrency|timers|events|errors-and|serialization|clients)/, "Write"],
  [/^docs\/(testing)(?!-replay)/, "Test"],
  [/^docs\/serving|^deploy\//, "Serve"],
  [/^docs\//, "Operate"],
  [/^examples\//, "Examples"],
  [/^packages\//, "Packages"],
];
const PROJECT = "The project";

/** @param {import("typedoc").Application} app */
export function load(app) {
  /** @type {Map<import("typedoc").DocumentReflection, string>} */
  const titles = new Map();

  // Addresses are made of names: they are paths here, and titles only once the addresses are made.
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const path = relativeToRepository(document.project.files.getReflectionPath(document) ?? "");
    document.frontmatter["group"] = GROUPS.find(([pattern]) => pattern.test(path))?.[1] ?? PROJECT;
    titles.set(document, titleOf(document) ?? path);
    document.name = path
      .replace(/^docs\//, "")
      .replace(/(\/README)?\.md$/, "")
      .replaceAll("/", "-");
  });

  app.renderer.on(RendererEvent.BEGIN, ({ project }) => {
    for (const [document, title] of titles) {
      document.name = title;
      document.content.forEach(takeForText);
    }
    project.readme?.forEach(takeForText);
    for (const module of project.children ?? []) {
      module.name = module.name.replace("/src", "");
    }
  });

  app.renderer.on(RendererEvent.END, ({ outputDirectory }) => {
    for (const link of deadLinks(outputDirectory)) app.logger.warn(`A dead link: ${link}`);
  });
}

/** Blocks that name no language would be coloured as if they were TypeScript. */
function takeForText(part) {
  if (part.kind === "code") part.text = part.text.replace(/^```\n/, "```text\n");
}

function relativeToRepository(path) {
  return path.replace(repository, "");
}

/** The first heading, without its markup. */
function titleOf({ content }) {
  const text = content.map((part) => part.text).join("");
  return /^# +(.+)$/m.exec(text)?.[1]?.replaceAll(/[`*]/g, "");
}
