import { runSuite } from "./handler-suite.mjs";

console.log(JSON.stringify(await runSuite()));
