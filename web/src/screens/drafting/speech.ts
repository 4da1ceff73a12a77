// How drafts are spoken of, of attributes and of segments.
import { speaking } from '../../app/speech';
import { words } from './words';

export const useSpeech = speaking(words);
