import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const message =
  "This differs from attempt to attempt. Put it into ctx.run, or use ctx.date, ctx.rand or ctx.sleep.";

export default defineConfig({
  files: ["src/services/**/*.ts"],
  plugins: { "@typescript-eslint": tseslint.plugin },
  languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
  rules: {
    "@typescript-eslint/no-floating-promises": "error",
    "no-restricted-syntax": [
      "error",
      ...[
        "CallExpression[callee.object.name='Date'][callee.property.name='now']",
        "CallExpression[callee.object.name='Math'][callee.property.name='random']",
        "CallExpression[callee.property.name='randomUUID']",
        "CallExpression[callee.name=/^(fetch|randomUUID|setTimeout|setInterval)$/]",
        "NewExpression[callee.name='Date'][arguments.length=0]",
      ].map((use) => ({
        selector: `${use}:not(CallExpression[callee.property.name='run'] *)`,
        message,
      })),
    ],
  },
});
