/** A pause with a fifth of it by chance (`random` is in [0, 1)): who was away must not meet everything at once. */
export const spread = (pauseMs: number, random: number): number => pauseMs * (0.9 + random * 0.2)
