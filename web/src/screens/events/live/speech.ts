import { type Speech as Spoken, speaking } from '../../../app/speech';
import { type Words, words } from './words';

export type Speech = Spoken<Words>;
export const useSpeech = speaking(words);
