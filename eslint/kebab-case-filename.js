/** ESLint rule: file names are kebab-case words joined by dots, so that a path can be guessed. */
import { basename } from "node:path";

const word = "[a-z0-9]+(?:-[a-z0-9]+)*";
const kebabCase = new RegExp(`^${word}(?:\\.${word})*$`);

/** @type {import("eslint").Rule.RuleModule} */
export default {
  meta: {
    type: "suggestion",
    docs: { description: "require kebab-case file names" },
    schema: [],
    messages: {
      name: 'Rename "{{name}}": file names are kebab-case, like "frame-decoder.test.ts".',
    },
  },
  create(context) {
    const name = basename(context.filename);
    return {
      Program(node) {
        if (!kebabCase.test(name)) context.report({ node, messageId: "name", data: { name } });
      },
    };
  },
};
