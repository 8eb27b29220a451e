/** What review should not have to say: types, promises, sizes, and which layer may import which. */
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

import kebabCaseFilename from "./eslint/kebab-case-filename.js";
import layers from "./eslint/layers.js";
import noImportCycle from "./eslint/no-import-cycle.js";

const tests = ["**/*.test.ts", "**/*.test-d.ts", "**/*.fixture.ts", "test/**/*.ts"];

export default defineConfig(
  globalIgnores(["**/dist/", "**/gen/", "coverage/", "docs/api/", "test/package/fixtures/"]),
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: {
      local: {
        rules: {
          "kebab-case-filename": kebabCaseFilename,
          layers,
          "no-import-cycle": noImportCycle,
        },
      },
    },
    rules: { "local/kebab-case-filename": "error" },
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // The public types speak of RestatePromise<void>, so void stands as a type argument everywhere.
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-non-null-assertion": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrors: "none" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "local/no-import-cycle": "error",
    },
  },
  {
    files: ["packages/*/src/**/*.ts"],
    ignores: tests,
    rules: {
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/max-params": ["error", { max: 3, countVoidThis: false }],
      complexity: ["error", { max: 12, variant: "modified" }],
      "max-lines": ["error", 400],
      "max-lines-per-function": ["error", 60],
      "no-console": "error",
    },
  },
  {
    files: ["packages/restate-sdk/src/**/*.ts"],
    ignores: tests,
    rules: { "local/layers": ["error", { root: "packages/restate-sdk/src" }] },
  },
  {
    files: ["packages/restate-sdk/src/api/**/*.ts"],
    ignores: tests,
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "ExportNamedDeclaration > :matches(FunctionDeclaration, ClassDeclaration, VariableDeclaration)",
          message: "api holds types only, so that every layer can import it without a cycle.",
        },
      ],
    },
  },
  {
    // Lists of exports: deprecated names are what they have to hand on.
    files: ["packages/*/src/{index,node,fetch,lambda,deprecated}.ts"],
    rules: { "@typescript-eslint/no-deprecated": "off" },
  },
  {
    // Tests and examples act as users do: handlers that need no await, odd things thrown on purpose.
    files: [...tests, "examples/**/*.ts"],
    rules: {
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/only-throw-error": "off",
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: {
      globals: { console: "readonly", process: "readonly", Request: "readonly", URL: "readonly" },
    },
  },
);
