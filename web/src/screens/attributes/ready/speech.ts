// How the catalogue speaks.
import { speaking } from '../../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);
