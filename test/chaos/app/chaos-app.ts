/** An app of chaos, in a process of its own: see kinds for what it serves. */
import { serveApp } from "../../e2e/serve-app.ts";
import { client } from "./client.ts";
import { limitedFunctions } from "./limited-functions.ts";
import { stepFunctions } from "./step-functions.ts";

serveApp({ client, functions: [...stepFunctions, ...limitedFunctions] });
