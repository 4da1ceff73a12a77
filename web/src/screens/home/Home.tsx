// The first screen: what needs a person, the numbers with their times, who sends, and what has run.
import './home.css';
import { Navigate } from '@tanstack/react-router';
import { useTourFirst } from '../../app/toured';
import { Trouble } from '../../ui/Trouble';
import { useFollowed, useSources, useStanding } from './api';
import { Cohorts } from './Cohorts';
import { Figures } from './Figures';
import { FirstSteps } from './FirstSteps';
import { Movement } from './Movement';
import { Needs } from './Needs';
import { Runs } from './Runs';
import { Sources } from './Sources';
import { useSpeech } from './speech';

const TOUR: string = '/tour';

export default function Home() {
  const { words: w, time } = useSpeech();
  const { data: standing, error, refetch } = useStanding();
  const { data: sources, error: unheard, refetch: listen } = useSources();
  useFollowed();
  if (useTourFirst()) return <Navigate to={TOUR} replace />;
  return (
    <>
      <header>
        <h1>{w.title}</h1>
        {standing !== undefined && (
          <p className="quiet">
            {w.asOf} {time(standing.at)}
          </p>
        )}
      </header>
      {standing === undefined && <Trouble error={error} again={refetch} />}
      {standing !== undefined && (
        <>
          <FirstSteps standing={standing} />
          <div className="home-top">
            <Needs troubles={standing.troubles} sources={sources} />
            <Figures standing={standing} />
          </div>
        </>
      )}
      <div className="home-moves">
        <Movement />
        <Cohorts />
      </div>
      {sources === undefined ? <Trouble error={unheard} again={listen} /> : <Sources told={sources} />}
      <Runs />
    </>
  );
}
