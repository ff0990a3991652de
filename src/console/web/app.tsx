/** Who is signed in decides what there is: the pages of `pages.ts`, inside the layout. */
import { Alert, Loader } from '@mantine/core';
import { type ReactNode, Suspense, useState } from 'react';
import { Route, Switch } from 'wouter';
import { type Answer, useCall } from './api.ts';
import { type Page, pages } from './pages.ts';
import { Boundary } from './shell/boundary.tsx';
import { Layout } from './shell/layout.tsx';
import { Problem } from './shell/problem.tsx';
import { shellWords } from './words/shell.ts';
import { type Language, LanguageContext, useWords } from './words/words.ts';

export function App(): ReactNode {
  const me = useCall('who_am_i', {});
  if (me.data) return <SignedIn me={me.data} />;
  if (me.error?.status === 401) return <NotSignedIn />;
  if (me.error) return <Problem error={me.error} onRetry={() => void me.refetch()} />;
  return <Waiting />;
}

function SignedIn({ me }: { me: Answer<'who_am_i'> }): ReactNode {
  const [language, setLanguage] = useState<Language>(me.language);
  document.documentElement.lang = language;
  const allowed = pages.filter(({ needs }) => needs === 'signed_in' || me.permissions.includes(needs));
  const onLanguage = (): void => setLanguage(language === 'ja' ? 'en' : 'ja');
  return (
    <LanguageContext.Provider value={language}>
      <Switch>
        {allowed
          .filter((page) => page.isBare)
          .map((page) => (
            <Route key={page.path} path={page.path}>
              <Opened page={page} />
            </Route>
          ))}
        <Route>
          <Layout me={me} onLanguage={onLanguage}>
            <Switch>
              {allowed.map((page) => (
                <Route key={page.path} path={page.path}>
                  <Opened page={page} />
                </Route>
              ))}
              <Route>
                <NotFound />
              </Route>
            </Switch>
          </Layout>
        </Route>
      </Switch>
    </LanguageContext.Provider>
  );
}

function Opened({ page }: { page: Page }): ReactNode {
  const words = useWords(shellWords);
  const Content = page.component;
  return (
    <Boundary fallback={<Alert color="red">{words.broken}</Alert>}>
      <Suspense fallback={<Waiting />}>
        <Content />
      </Suspense>
    </Boundary>
  );
}

function Waiting(): ReactNode {
  return <Loader m="xl" aria-label={useWords(shellWords).loading} />;
}

function NotFound(): ReactNode {
  return <Alert>{useWords(shellWords).notFound}</Alert>;
}

function NotSignedIn(): ReactNode {
  return <Alert m="xl">{useWords(shellWords).notSignedIn}</Alert>;
}
