/**
 * Builds the page: `vite build server/dashboard`, which `npm ci`, `npm run demo` and the package's build do by themselves.
 * All addresses in it are relative, so that it works under any path.
 */
import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import { defineConfig, type UserConfig } from "vite";

const root = fileURLToPath(new URL("./", import.meta.url));
/** The engine that `vite server/dashboard`, the server for those who work on the page, speaks to. */
const engine = process.env.STEPWELL_URL ?? "http://127.0.0.1:8288";

const config: UserConfig = {
  root,
  base: "./",
  plugins: [tailwind()],
  oxc: { jsx: { runtime: "automatic" } },
  server: { proxy: { "^/(?:v\\d|api/v2)/": { target: engine, changeOrigin: true } } },
  build: {
    outDir: fileURLToPath(new URL("./dist", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // Small files would become data in the style sheet, which the page's policy does not allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" is for server rendering, which there is none of.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
};

export default defineConfig(({ command }) => {
  // Whatever builds it, such as a test: what is built is what users get.
  if (command === "build") process.env.NODE_ENV = "production";
  return config;
});
