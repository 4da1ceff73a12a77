// What the file leaves open; nothing is imported before it is answered.
import type { GuessQuestion } from '../../api/types.gen';
import { Select } from '../../ui/Field';
import type { Answers } from './api';
import { useSpeech } from './speech';

interface Props {
  questions: GuessQuestion[];
  answers: Answers;
  answer: (answers: Answers) => void;
}

export function Questions({ questions, answers, answer }: Props) {
  const { words: w } = useSpeech();
  if (questions.length === 0) return null;
  return (
    <section className="card asked" aria-label={w.asked}>
      <h2>{w.asked}</h2>
      {questions.map((question) => (
        <Question
          key={question.about}
          question={question}
          put={(value) => answer({ ...answers, [question.about]: value })}
        />
      ))}
    </section>
  );
}

function Question({ question, put }: { question: GuessQuestion; put: (value: string) => void }) {
  const { words: w, locale, number, day } = useSpeech();
  const { about, example, column, choices } = question;
  if (about === 'customer' || about === 'order') {
    return (
      <Select label={w[about]} value="" put={put}>
        <option value="" disabled>
          {w.pick}
        </option>
        {choices.map(({ value }) => (
          <option key={value}>{value}</option>
        ))}
      </Select>
    );
  }
  if (about === 'currency') {
    const names = new Intl.DisplayNames(locale, { type: 'currency' });
    return (
      <Select label={w.currencyAsked(example, column)} value="" put={put}>
        <option value="" disabled>
          {w.pickCurrency}
        </option>
        {choices.map(({ value }) => (
          <option key={value} value={value}>{`${value} – ${names.of(value) ?? value}`}</option>
        ))}
      </Select>
    );
  }
  return (
    <fieldset>
      <legend>{w[about](example, column)}</legend>
      {choices.map(({ value, reading }) => (
        <button key={value} type="button" onClick={() => put(value)}>
          {about === 'numbers' ? (
            number(Number(reading))
          ) : (
            <>
              {day(reading)} <span className="quiet">({value === 'day' ? w.dayFirst : w.monthFirst})</span>
            </>
          )}
        </button>
      ))}
    </fieldset>
  );
}
