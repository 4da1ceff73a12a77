// How the models' screen speaks.
import { speaking } from '../../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);
