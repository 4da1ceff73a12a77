// Addresses and screens; a screen's code is loaded when somebody goes there.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Shell } from './Shell';
import { SCREENS } from './screens';
import { Failed, Loading, Nothing } from './Wrong';

const root = createRootRoute({ component: Shell, notFoundComponent: Nothing });
const routes = SCREENS.map(({ path, load }) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
);

export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  defaultErrorComponent: Failed,
  defaultPendingComponent: Loading,
  defaultPendingMs: 300,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
