/** Services with the options of their endpoint. */
import { greeter } from "./named.fixture.js";

export const endpoint = { services: [greeter], defaultServiceOptions: { ingressPrivate: true } };
