/** The code that the journals of the tests were recorded with. */
import { mailer, orders, original } from "../replay.fixture.js";

export const services = [orders(original), mailer];
