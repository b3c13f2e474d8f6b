// The folder lies below a home folder, which may hold lockfiles of its own.
export default { turbopack: { root: import.meta.dirname }, outputFileTracingRoot: import.meta.dirname };
