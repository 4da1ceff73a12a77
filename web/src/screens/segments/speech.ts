// How the segments' screen speaks, and how it writes values.
import type { ValueOf } from '../../api/types.gen';
import { speaking } from '../../app/speech';
import { words } from './words';

export { rangeOf, written } from '../attributes/speech';

export const useSpeech = speaking(words);

export type Words = (typeof words)['en'];
export type Measure = ValueOf['measure'];
