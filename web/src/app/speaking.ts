import { speaking } from './speech';
import { words } from './words';

export const useFrame = speaking(words);
