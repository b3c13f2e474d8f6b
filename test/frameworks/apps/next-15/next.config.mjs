// The folder lies below a home folder, which may hold lockfiles of its own.
// biome-ignore lint/style/noDefaultExport: Next.js asks for it
export default { outputFileTracingRoot: import.meta.dirname };
