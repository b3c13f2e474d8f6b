/** Randomness as a port, so that runs of the engine can be repeated. */

export interface Random {
  /** Uniform, 0 inclusive to 1 exclusive. */
  next(): number;
}
