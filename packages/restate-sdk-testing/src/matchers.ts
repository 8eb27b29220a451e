/** The entry point of the matchers. */
export {
  restateMatchers,
  type ExpectedFailure,
  type RestateMatchers,
} from "./matchers/matchers.js";
