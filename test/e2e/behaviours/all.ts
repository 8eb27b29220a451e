/** The suite: every behaviour the SDK must show in every mode. */
import type { Behaviour } from "../support/behaviour.js";
import { awakeables } from "./awakeables.js";
import { calls } from "./calls.js";
import { cancellation } from "./cancellation.js";
import { combinators } from "./combinators.js";
import { determinism } from "./determinism.js";
import { discovery } from "./discovery.js";
import { errors } from "./errors.js";
import { hooks } from "./hooks.js";
import { ingress } from "./ingress.js";
import { interfaces } from "./interfaces.js";
import { lifecycle } from "./lifecycle.js";
import { nativePromises } from "./native-promises.js";
import { objects } from "./objects.js";
import { request } from "./request.js";
import { run } from "./run.js";
import { scale } from "./scale.js";
import { scopes } from "./scopes.js";
import { sends } from "./sends.js";
import { serialization } from "./serialization.js";
import { signals } from "./signals.js";
import { state } from "./state.js";
import { timers } from "./timers.js";
import { workflows } from "./workflows.js";

export const allBehaviours: readonly Behaviour[] = [
  calls,
  sends,
  state,
  objects,
  run,
  errors,
  awakeables,
  workflows,
  signals,
  timers,
  combinators,
  nativePromises,
  cancellation,
  determinism,
  request,
  serialization,
  scale,
  scopes,
  lifecycle,
  hooks,
  interfaces,
  ingress,
  discovery,
];
