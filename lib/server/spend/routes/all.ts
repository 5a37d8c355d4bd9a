import type { Route } from "../declaration.ts";
import { activityRoutes } from "./activity.ts";
import { calculateRoutes } from "./calculate.ts";
import { logRoutes } from "./logs.ts";
import { monthRoutes } from "./month.ts";
import { peopleRoutes } from "./people.ts";
import { reportRoutes } from "./report.ts";
import { tagRoutes } from "./tags.ts";

/** Every route of LiteLLM's spend management (1.82.6) that is answered here. */
export const SPEND_ROUTES: readonly Route[] = [
  ...peopleRoutes,
  ...logRoutes,
  ...calculateRoutes,
  ...activityRoutes,
  ...monthRoutes,
  ...reportRoutes,
  ...tagRoutes,
];
