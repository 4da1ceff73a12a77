import { speaking } from '../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);
export type Spoken = ReturnType<typeof useSpeech>;
