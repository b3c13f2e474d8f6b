/**
 * `stepwell/in-process` as the build of the engine's types needs it: loaded from the install at run time, so that
 * its own types, and the whole SDK with them, are not compiled again here.
 */
export declare function connectInProcess(app: object, engine: object): object;
