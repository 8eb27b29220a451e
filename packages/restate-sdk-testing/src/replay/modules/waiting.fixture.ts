/** A module that waits for what never comes. */
export const connection = await new Promise<never>(() => {});
