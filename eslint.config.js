import tseslint from "typescript-eslint";

const TIME_AND_CHANCE = [
  { object: "Date", property: "now", message: "Time is a port: use the Clock." },
  { object: "Math", property: "random", message: "Chance is a port: use Random." },
  { object: "crypto", property: "randomUUID", message: "Chance is a port: use Random." },
];
const AMBIENT = ["setTimeout", "setInterval", "fetch"].map((name) => ({ name, message: "Time and network are ports: use the Clock or the seam." }));

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "coverage/**", "connectors/*/api/schema.ts"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: "./test/tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // The reason of an aborted signal may be anything.
      "@typescript-eslint/prefer-promise-reject-errors": "off",
      // Ports are asynchronous for the sake of those who implement them over a network.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    files: ["core/**/*.ts", "connectors/**/*.ts", "adapters/**/*.ts", "contracts/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "error",
      "no-restricted-properties": ["error", ...TIME_AND_CHANCE],
      "no-restricted-globals": ["error", ...AMBIENT],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Exports have names." },
        { selector: "TSEnumDeclaration", message: "Use a union of literals." },
      ],
    },
  },
  {
    // The adapters that are time, chance and network; and the sandboxes' servers, which stand outside.
    files: ["adapters/clock/**/*.ts", "connectors/*/sandbox/**/*.ts"],
    rules: { "no-restricted-properties": "off", "no-restricted-globals": "off" },
  },
  {
    // Tests read answers and files as they come; chai's assertions are expressions.
    files: ["test/**/*.ts"],
    rules: Object.fromEntries(
      ["no-unused-expressions", "unbound-method", "no-explicit-any", "no-unsafe-argument", "no-unsafe-assignment", "no-unsafe-call", "no-unsafe-member-access", "no-unsafe-return", "no-unnecessary-type-assertion", "restrict-template-expressions"].map((rule) => [
        `@typescript-eslint/${rule}`,
        "off",
      ]),
    ),
  },
  { files: ["*.js"], extends: [tseslint.configs.disableTypeChecked] },
);
