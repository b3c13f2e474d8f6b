export default defineNitroConfig({ compatibilityDate: "2026-04-01", srcDir: "." });
