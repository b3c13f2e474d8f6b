// The folder lies below a home folder, which may hold lockfiles of its own.
export default { outputFileTracingRoot: import.meta.dirname };
