import js from "@eslint/js";
import reactHooks from "eslint-plugin-react-hooks";
import globals from "globals";
import tseslint from "typescript-eslint";
import house from "./tools/eslint-house.js";

export default tseslint.config(
  { ignores: ["node_modules", "src/api/openapi.ts", "test-results"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ["src/**/*.{ts,tsx}"],
    plugins: { "react-hooks": reactHooks, house },
    languageOptions: { globals: globals.browser },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "house/one-way": "error",
      "house/no-colour": "error",
      "house/no-outside-address": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Text that is not ours is never HTML: use MarkedText.",
        },
        {
          selector: "MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]",
          message: "Text that is not ours is never HTML: use text nodes.",
        },
      ],
      "no-restricted-globals": ["error", "eval"],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-invalid-void-type": "off", // `void promise` says that nobody waits
      "max-lines": ["warn", { max: 400, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // Tests name colours, addresses and control characters as examples, and render the whole app.
    files: ["**/*.test.{ts,tsx}", "src/testing/**", "src/features/*/{testing,stories}/**"],
    rules: {
      "house/no-outside-address": "off",
      "house/one-way": "off",
      "house/no-colour": "off",
      "no-control-regex": "off",
      "no-restricted-syntax": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  { files: ["src/api/schema.ts"], rules: { "max-lines": "off" } },
  {
    files: ["dev/**", "tools/**", "e2e/**", "*.js", "*.ts"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/no-explicit-any": "off", // answers of the API are read here as a stranger would read them
    },
  },
);
