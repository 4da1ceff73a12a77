// The screens: adding one is a line here, a folder below `screens/`, and a word in `words.ts`.
import type { ComponentType } from 'react';
import type { Rights } from './session';
import type { words } from './words';

export interface Screen {
  name: keyof (typeof words)['en']['screens'];
  path: string;
  load: () => Promise<{ default: ComponentType }>;
  /** Who sees it in the navigation; whoever knows the address is told by the server what he may not see. */
  shown?: (rights: Rights) => boolean;
}

export const SCREENS: Screen[] = [
  { name: 'home', path: '/', load: () => import('../screens/home/Home') },
  { name: 'tour', path: '/tour', load: () => import('../screens/tour/Tour'), shown: ({ demo }) => demo },
  { name: 'customers', path: '/customers', load: () => import('../screens/customers/Customers') },
  { name: 'attributes', path: '/attributes', load: () => import('../screens/attributes/Attributes') },
  { name: 'segments', path: '/segments', load: () => import('../screens/segments/Segments') },
  {
    name: 'microSegments',
    path: '/micro-segments',
    load: () => import('../screens/microsegments/MicroSegments'),
  },
  { name: 'events', path: '/events', load: () => import('../screens/events/Events') },
  { name: 'import', path: '/import', load: () => import('../screens/import/Import') },
  { name: 'settings', path: '/settings', load: () => import('../screens/settings/Settings') },
];
