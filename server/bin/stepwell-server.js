#!/usr/bin/env node
// In a clone that was not built the command runs from its source; the package always holds what was built.
import { existsSync } from "node:fs";

const built = new URL("../dist/cli.js", import.meta.url);
await import(existsSync(built) ? built.href : "./from-source.js");
