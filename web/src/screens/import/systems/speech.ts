// How the screens of loads, lineage and quality speak.
import { speaking } from '../../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);
