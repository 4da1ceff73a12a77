// The sentence: each part of it is a field, with what was really sent to choose from.
import type { MistakeShown } from '../../api/types.gen';
import { Options, Typed } from '../../ui/Field';
import { type Sentence, useSeenFields } from './api';
import { Folded } from './Folded';
import { Formula } from './Formula';
import { ModelForm } from './ModelForm';
import { Notes } from './Notes';
import { useSpeech } from './speech';

interface Props {
  name: string;
  sentence: Sentence | null;
  mistakes: MistakeShown[];
  say: (sentence: Sentence) => void;
  may: boolean;
}

export function Form({ name, sentence, mistakes, say, may }: Props) {
  const { words: w } = useSpeech();
  if (sentence === null) return <p className="card quiet">{w.beyond}</p>;
  const put = (part: Partial<Sentence>) => say({ ...sentence, ...part });
  return (
    <fieldset className="card sentence" disabled={!may}>
      <legend className="hidden">{w.sentence}</legend>
      <Kinds sentence={sentence} say={say} />
      {sentence.kind === 'formula' && (
        <Formula formula={String(sentence.formula ?? '')} put={(formula) => put({ formula })} mistakes={mistakes} />
      )}
      {sentence.kind === 'trait' && <Trait sentence={sentence} put={put} />}
      {(sentence.kind === 'aggregate' || sentence.kind === 'foreign') && <Folded sentence={sentence} put={put} />}
      {sentence.kind === 'model' && <ModelForm name={name} sentence={sentence} put={put} />}
      <Notes sentence={sentence} put={put} />
    </fieldset>
  );
}

function Kinds({ sentence, say }: { sentence: Sentence; say: (sentence: Sentence) => void }) {
  const { words: w } = useSpeech();
  const { label, description, group } = sentence;
  const turn = (kind: Exclude<Sentence['kind'], 'segment'>) => {
    const empty = {
      aggregate: { aggregate: 'count', event: [] },
      foreign: { aggregate: 'sum', event: [], foreign: '' },
      trait: { trait: '' },
      formula: { formula: '' },
      model: { model: '' },
    };
    say({ ...empty[kind], kind, label, description, group });
  };
  return (
    <select
      aria-label={w.kind}
      value={sentence.kind}
      onChange={(event) => turn(event.target.value as Exclude<Sentence['kind'], 'segment'>)}
    >
      <Options of={w.kinds} />
    </select>
  );
}

function Trait({ sentence, put }: { sentence: Sentence; put: (part: Partial<Sentence>) => void }) {
  const { words: w } = useSpeech();
  const { data: fields } = useSeenFields({ type: 'identify' });
  const paths = fields?.fields.map((one) => one.path.replace(/^traits\./, '')) ?? [];
  return (
    <p className="said">
      {w.theTrait}
      <Typed says={w.trait} value={sentence.trait ?? ''} offered={paths} put={(trait) => put({ trait })} />
      <select
        aria-label={w.takenAs}
        value={sentence.type ?? ''}
        onChange={(event) => put({ type: (event.target.value || null) as Sentence['type'] })}
      >
        <option value="">{w.asItComes}</option>
        <Options of={w.as} />
      </select>
    </p>
  );
}
