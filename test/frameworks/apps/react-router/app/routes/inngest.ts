import { serve } from "stepwell/remix";
import { makeApp } from "../../functions";

const handler = serve(makeApp("react-router"));

export { handler as action, handler as loader };
