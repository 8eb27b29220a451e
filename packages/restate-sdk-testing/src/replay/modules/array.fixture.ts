/** Services as an array. */
import { counter, greeter } from "./named.fixture.js";

export default [greeter, counter];
