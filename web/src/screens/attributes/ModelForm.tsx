// A predictive model: its family, which attributes it learns from, and its options.
import type { AttributeListed, FamilyShown, OptionShown, RoleShown } from '../../api/types.gen';
import { Select, TextField } from '../../ui/Field';
import { type Sentence, useAttributes, useLanguage } from './api';
import { fitting, optionText, readOption } from './modelled';
import { words as ofModels } from './models/words';
import { useSpeech } from './speech';

interface Props {
  name: string;
  sentence: Sentence;
  put: (part: Partial<Sentence>) => void;
}

export function ModelForm({ name, sentence, put }: Props) {
  const { words: w, language } = useSpeech();
  const { data } = useLanguage();
  const { data: all } = useAttributes();
  const families = data?.families ?? [];
  const family = families.find((one) => one.name === sentence.model);
  const called = ofModels[language].families;
  const others = (all?.attributes ?? []).filter((one) => one.in_force && one.name !== name);
  const inputs = sentence.inputs ?? {};
  const options = sentence.options ?? {};
  return (
    <>
      <p className="said">
        {w.theModel}
        <select
          aria-label={w.family}
          value={sentence.model ?? ''}
          onChange={(event) =>
            put({ model: event.target.value, inputs: kept(families, event.target.value, inputs), options: {} })
          }
        >
          {family === undefined && <option value={sentence.model ?? ''}>{sentence.model || w.chooseFamily}</option>}
          {families.map((one) => (
            <option key={one.name} value={one.name}>
              {called[one.name] ?? one.name}
            </option>
          ))}
        </select>
      </p>
      {family !== undefined && (
        <>
          <p className="quiet">
            {w.modelSays} {family.answers}. {w.trainedByBatch}
          </p>
          <fieldset className="modelled">
            <legend>{w.inputs}</legend>
            {family.roles.map((role) => (
              <Input
                key={role.name}
                role={role}
                chosen={inputs[role.name] ?? ''}
                others={others}
                put={(attribute) =>
                  put({ inputs: changed(inputs, role.name, attribute === '' ? undefined : attribute) })
                }
              />
            ))}
          </fieldset>
          {family.options.length > 0 && (
            <fieldset className="modelled">
              <legend>{w.options}</legend>
              {family.options.map((option) => (
                <OptionField
                  key={option.name}
                  option={option}
                  value={options[option.name]}
                  put={(value) => put({ options: changed(options, option.name, value) as Sentence['options'] })}
                />
              ))}
            </fieldset>
          )}
        </>
      )}
    </>
  );
}

function Input({
  role,
  chosen,
  others,
  put,
}: {
  role: RoleShown;
  chosen: string;
  others: AttributeListed[];
  put: (attribute: string) => void;
}) {
  const { words: w, label } = useSpeech();
  const offered = fitting(role.kind, others);
  const there = chosen === '' || offered.some((one) => one.name === chosen);
  return (
    <Select
      label={
        <>
          {role.meaning} <span className="quiet">{role.needed ? w.needed : w.ifYouHave}</span>
        </>
      }
      value={chosen}
      put={put}
    >
      <option value="">{offered.length === 0 ? w.noneFitting : role.needed ? w.chooseAttribute : w.leaveOut}</option>
      {!there && <option value={chosen}>{chosen}</option>}
      {offered.map((one) => (
        <option key={one.name} value={one.name}>
          {label({ name: one.name, label: one.label })}
        </option>
      ))}
    </Select>
  );
}

function OptionField({ option, value, put }: { option: OptionShown; value: unknown; put: (value: unknown) => void }) {
  const { words: w } = useSpeech();
  const usual = option.usual == null ? w.byOthers : `${w.usually} ${optionText(option.usual)}`;
  const bounded = option.kind === 'whole' || option.kind === 'share';
  const hint = bounded ? `${usual}, ${w.within(String(option.least), String(option.most))}` : usual;
  if (option.kind === 'word') {
    return (
      <Select
        label={option.meaning}
        hint={hint}
        value={optionText(value)}
        put={(text) => put(readOption('word', text))}
      >
        <option value="">{usual}</option>
        {option.words.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </Select>
    );
  }
  return (
    <TextField
      label={option.meaning}
      hint={hint}
      type={bounded ? 'number' : 'text'}
      min={option.kind === 'whole' ? option.least : undefined}
      max={option.kind === 'whole' ? option.most : undefined}
      step={option.kind === 'whole' ? 1 : 'any'}
      placeholder={optionText(option.usual)}
      value={optionText(value)}
      put={(text) => put(readOption(option.kind, text))}
    />
  );
}

/** What a mapping says with one of its values another; undefined takes it out. */
function changed<Value>(from: Record<string, Value>, name: string, value: Value | undefined): Record<string, Value> {
  const { [name]: _, ...rest } = from;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** The inputs that another family asks for, too. */
function kept(families: FamilyShown[], name: string, inputs: Record<string, string>): Record<string, string> {
  const roles = families.find((one) => one.name === name)?.roles.map((role) => role.name) ?? [];
  return Object.fromEntries(Object.entries(inputs).filter(([role]) => roles.includes(role)));
}
