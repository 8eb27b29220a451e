/** A module that cannot be loaded without its configuration. */
throw new Error("DATABASE_URL is not set");
